import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../util/random.ts';
import { readText, textByteLength, writeText } from './text-bytes.ts';

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(textByteLength(text) + 2).fill(0x55);
  expect(writeText(bytes, 1, text)).toBe(bytes.length - 1);
  expect([bytes[0], bytes.at(-1)]).toEqual([0x55, 0x55]);
  return bytes.subarray(1, -1);
}

const read = (bytes: Iterable<number>) => {
  const all = Uint8Array.from([0x55, ...bytes, 0x55]);
  return readText(all, 1, all.length - 1);
};

describe('text', () => {
  it('that has a UTF-8 form takes it', () => {
    const random = seededRandom('text');
    for (let i = 0; i < 2000; i++) {
      const points = Array.from({ length: random.below(12) }, () => {
        const point = random.below([0x80, 0x800, 0x10000, 0x110000][random.below(4)]);
        return point >= 0xd800 && point < 0xe000 ? 0x1f600 : point;
      });
      const text = String.fromCodePoint(...points);
      expect(bytesOf(text)).toEqual(new TextEncoder().encode(text));
      expect(read(bytesOf(text))).toBe(text);
    }
  });

  it('of any units is read as it was written', () => {
    const random = seededRandom('units');
    for (let i = 0; i < 3000; i++) {
      // Half of all units are surrogates: alone, in pairs, and the wrong way round.
      const unit = () => (random.next() < 0.5 ? 0xd800 + random.below(0x800) : random.below(0x10000));
      const text = String.fromCharCode(...Array.from({ length: random.below(8) }, unit));
      expect(read(bytesOf(text))).toBe(text);
    }
  });

  it('is put together from as many parts as it takes', () => {
    const text = 'añ漢\u{1F600}\uD83D'.repeat(2000);
    expect(read(bytesOf(text))).toBe(text);
  });

  it('in bytes that are UTF-8 and in no other', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const expected = (bytes: Uint8Array) => {
      try {
        return decoder.decode(bytes);
      } catch {
        return undefined;
      }
    };
    const random = seededRandom('bytes');
    const edges = [
      0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff, 0x9f, 0xa0, 0x8f, 0x90,
    ];
    for (let i = 0; i < 20_000; i++) {
      const bytes = Uint8Array.from({ length: 1 + random.below(5) }, () => edges[random.below(edges.length)]);
      // Surrogates are what we read and UTF-8 does not.
      const text = read(bytes);
      if (text === undefined || text.isWellFormed()) expect(text).toBe(expected(bytes));
      else expect(bytesOf(text)).toEqual(bytes);
    }
  });

  it.each([
    ['a pair in three bytes each', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
    [
      'a pair with its high half in three bytes behind another high one',
      [0xed, 0xa0, 0xbd, 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
    ],
    ['two bytes where one is enough', [0xc1, 0xbf]],
    ['three where two are', [0xe0, 0x9f, 0xbf]],
    ['four where three are', [0xf0, 0x8f, 0xbf, 0xbf]],
    ['a number past U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a character that is cut off', [0xe6, 0xbc]],
    ['a byte that goes on from nothing', [0x61, 0x80]],
    ['a character broken off by another', [0xe6, 0x61, 0x61]],
  ])('is not %s', (_, bytes) => {
    expect(read(bytes)).toBeUndefined();
  });
});
