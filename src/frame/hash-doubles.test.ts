import { afterEach, describe, expect, it, vi } from 'vitest';
import { seededRandom } from '../util/random.ts';
import { Column } from './column.ts';
import { type AnyFrame, Frame } from './frame.ts';
import { newDoublesHasher } from './hash-doubles.ts';
import { type WindowHash, addHash, hashRows, noRowsHash } from './window-hash.ts';

/** Fewer rows than are hashed with vector instructions, and more than are gone through one by one. */
const PIECE = 11;

const random = seededRandom(20_261_120);
const odd = [Number.NaN, -0, 0, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, -1, 2 ** 53];

/** Doubles, each another one of the special ones now and then, and NaNs of other bits among them. */
function doubles(count: number): Float64Array {
  const values = Float64Array.from({ length: count }, () =>
    random.next() < 0.2 ? odd[random.below(odd.length)] : random.normal() * 10 ** random.below(30),
  );
  const words = new Uint32Array(values.buffer);
  for (let i = 0; i < count; i += 7) words[2 * i + 1] = random.next() < 0.5 ? 0xfff80001 : 0x7ff80000;
  return values;
}

function frameOf(rows: number): AnyFrame {
  const dates = Float64Array.from({ length: rows }, (_, row) => 1.7e12 + 60_000 * row);
  return Frame.fromColumns([
    ['date', Column.adopt('timestamp', dates)],
    ['a', Column.adopt('float64', doubles(rows))],
    [
      'flag',
      Column.adopt(
        'bool',
        Uint8Array.from({ length: rows }, (_, row) => row % 2),
      ),
    ],
    ['tag', Column.adopt('string', Array.from(dates, String))],
    ['b', Column.adopt('float64', doubles(rows))],
    [
      'n',
      Column.adopt(
        'int',
        Float64Array.from({ length: rows }, (_, row) => row - 5),
      ),
    ],
  ]);
}

function hashByPieces(frame: AnyFrame): WindowHash {
  let hash = noRowsHash;
  for (let row = 0; row < frame.length; row += PIECE) {
    hash = addHash(hash, hashRows(frame, row, Math.min(frame.length, row + PIECE)));
  }
  return hash;
}

afterEach(() => void vi.unstubAllGlobals());

describe('the hash of doubles by vector instructions', () => {
  it('can be had here', () => {
    expect(newDoublesHasher()).toBeDefined();
  });

  it.each([16, 17, 18, 19, 63, 256, 1023, 1024, 1025, 1027, 2048, 2500])(
    'is that of a loop over the cells, in %i rows',
    (rows) => {
      const frame = frameOf(rows);
      expect(hashRows(frame)).toEqual(hashByPieces(frame));
    },
  );

  it('reads the rows of the frame alone, wherever its columns lie', () => {
    const whole = frameOf(300).append(frameOf(40));
    const window = whole.slice(101, 333);
    expect(window.originRow).toBe(101);
    const own = Frame.fromColumns(window.names.map((name) => [name, window.column(name).detached()]));
    expect(hashRows(window)).toEqual(hashByPieces(own));
  });

  it('is not that of a frame before it whose column could not be computed', () => {
    const frame = frameOf(100);
    const expected = hashRows(frame);
    const broken = frame.with({
      n: Column.later('float64', 100, () => {
        throw new RangeError('no memory is left');
      }),
    });
    expect(() => hashRows(broken)).toThrow('no memory is left');
    expect(hashRows(frame)).toEqual(expected);
  });

  it('is gone without where there are none', () => {
    vi.stubGlobal('WebAssembly', undefined);
    expect(newDoublesHasher()).toBeUndefined();
  });

  it('is gone without where a page forbids it', () => {
    const forbidden = () => {
      throw new Error('forbidden by the content security policy');
    };
    vi.stubGlobal('WebAssembly', { Module: forbidden, Instance: forbidden });
    expect(newDoublesHasher()).toBeUndefined();
  });
});
