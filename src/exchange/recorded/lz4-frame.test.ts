import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixture from '../../../tests/fixtures/candles/lz4-frames.json' with { type: 'json' };
import { decodeLz4Frame } from './lz4-frame.ts';

const frames = fixture.frames.map(({ name, base64 }) => ({
  name,
  bytes: new Uint8Array(Buffer.from(base64, 'base64')),
}));
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const withChecksums = frames.filter(({ name }) => name.includes('checksum=True'));

describe('decodeLz4Frame', () => {
  it.each(frames)('decodes what the reference library wrote: $name', ({ bytes }) => {
    const content = decodeLz4Frame(bytes, fixture.bytes);
    expect(digest(content)).toBe(fixture.sha256);
  });

  it('decodes a frame that stands inside a larger buffer', () => {
    const { bytes } = frames[0];
    const larger = new Uint8Array(bytes.length + 20).fill(255);
    larger.set(bytes, 7);
    const content = decodeLz4Frame(larger.subarray(7, 7 + bytes.length), fixture.bytes);
    expect(digest(content)).toBe(fixture.sha256);
  });

  it('refuses every cut, other lengths and what follows', () => {
    for (const { bytes } of frames) {
      for (let length = 0; length < bytes.length; length++) {
        expect(() => decodeLz4Frame(bytes.subarray(0, length), fixture.bytes)).toThrow('LZ4');
      }
      expect(() => decodeLz4Frame(bytes, fixture.bytes - 1)).toThrow('LZ4');
      expect(() => decodeLz4Frame(bytes, fixture.bytes + 1)).toThrow('LZ4');
      expect(() => decodeLz4Frame(Uint8Array.of(...bytes, 0), fixture.bytes)).toThrow('1 bytes follow');
    }
  });

  it('makes no room on the say-so of a length', () => {
    for (const length of [2 ** 40, -1, Number.NaN]) {
      expect(() => decodeLz4Frame(frames[0].bytes, length)).toThrow("can't come out");
    }
  });

  it('lets no changed bit change the content where there are checksums', () => {
    const flip = fc.record({ frame: fc.nat({ max: withChecksums.length - 1 }), at: fc.nat(), bit: fc.nat({ max: 7 }) });
    let noticed = 0;
    fc.assert(
      fc.property(flip, ({ frame, at, bit }) => {
        const changed = withChecksums[frame].bytes.slice();
        changed[at % changed.length] ^= 1 << bit;
        try {
          // Among equal bytes a match can come from elsewhere and mean the same.
          expect(digest(decodeLz4Frame(changed, fixture.bytes))).toBe(fixture.sha256);
        } catch (error) {
          if (!String(error).includes('LZ4')) throw error;
          noticed++;
        }
      }),
    );
    expect(noticed).toBeGreaterThan(50);
  });

  it('reaches back within the content only: into earlier blocks where they are linked, never before the start', () => {
    const frameOf = (linked: string, blocks: readonly (readonly number[])[]) => {
      const made = frames.find(({ name }) =>
        name.startsWith(`linked=${linked} size=False block_checksum=False content_checksum=False`),
      );
      const header = Array.from(made?.bytes.subarray(0, 7) ?? []);
      return Uint8Array.of(...header, ...blocks.flatMap((block) => [block.length, 0, 0, 0, ...block]), 0, 0, 0, 0);
    };
    // A literal, a match of four bytes from `back` bytes before, and a literal.
    const block = (back: number) => [0x10, 97, back, 0, 0x10, 98];
    expect(Array.from(decodeLz4Frame(frameOf('False', [block(1)]), 6))).toEqual([97, 97, 97, 97, 97, 98]);
    for (const back of [0, 2, 200]) {
      expect(() => decodeLz4Frame(frameOf('False', [block(back)]), 6)).toThrow(`${back} bytes back`);
    }
    const [first, second] = [block(1), block(4)];
    expect(Array.from(decodeLz4Frame(frameOf('True', [first, second]), 12).subarray(6))).toEqual([
      97, 97, 97, 98, 97, 98,
    ]);
    expect(() => decodeLz4Frame(frameOf('False', [first, second]), 12)).toThrow('4 bytes back');
    expect(() => decodeLz4Frame(frameOf('True', [first, block(8)]), 12)).toThrow('8 bytes back');
  });

  it('answers any bytes with content of the length or an error of its own', () => {
    const header = Array.from(frames[0].bytes.subarray(0, 7));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat({ max: 300 }), (rest, length) => {
        const bytes = Uint8Array.of(...header, ...rest);
        try {
          expect(decodeLz4Frame(bytes, length).length).toBe(length);
        } catch (error) {
          expect(String(error)).toContain('LZ4');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
