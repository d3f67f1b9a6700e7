import { describe, expect, it } from 'vitest';
import { seededRandom } from '../util/random.ts';
import { Column, ints, timestamps } from './column.ts';
import { type AnyFrame, Frame, emptyFrame } from './frame.ts';
import { addHash, hashCells, hashRows, hashText, hashesEqual, noRowsHash, subtractHash } from './window-hash.ts';

const MINUTE = 60_000;

/** Rows of all kinds, a minute apart. */
function someFrame(rows: number, seed = 'window hash'): AnyFrame {
  const random = seededRandom(seed);
  const draw = <T>(make: (row: number) => T): T[] => Array.from({ length: rows }, (_, row) => make(row));
  const flags: AnyFrame = Frame.of({
    close: draw(() => random.normal()),
    up: draw(() => random.next() < 0.5),
    tag: Column.adopt(
      'string',
      draw(() => (random.next() < 0.3 ? null : `tag ${random.below(99)}`)),
    ),
    enter_long: ints(draw(() => random.below(2))),
  });
  const dated: AnyFrame = flags.with({
    date: timestamps(draw((row) => row * MINUTE)),
    id: Column.adopt('int64', BigInt64Array.from(draw((row) => BigInt(row) << 40n))),
  });
  return dated;
}

const one = (columns: Parameters<typeof Frame.of>[0]): string =>
  hashText(hashRows(Frame.of({ date: timestamps([MINUTE]), ...columns })));

describe('hashRows', () => {
  it('adds up, however a window is cut', () => {
    const frame = someFrame(700);
    const whole = hashRows(frame);
    // Few rows and many rows, within a block and across blocks, take different ways.
    for (const cut of [0, 1, 3, 4, 5, 255, 256, 257, 600, 696, 700]) {
      expect(addHash(hashRows(frame, 0, cut), hashRows(frame, cut))).toEqual(whole);
      expect(subtractHash(whole, hashRows(frame, cut))).toEqual(hashRows(frame, 0, cut));
    }
    let sum = noRowsHash;
    for (let row = 0; row < frame.length; row++) sum = addHash(sum, hashRows(frame, row, row + 1));
    expect(sum).toEqual(whole);
  });

  it('is that of the rows that a view shows', () => {
    const frame = someFrame(40);
    expect(hashRows(frame.slice(7, 31))).toEqual(hashRows(frame, 7, 31));
    expect(hashRows(frame.detached())).toEqual(hashRows(frame));
  });

  it('is zero for no rows, with a time column or without', () => {
    for (const none of [emptyFrame, someFrame(0), someFrame(5).slice(2, 2)]) expect(hashRows(none)).toEqual(noRowsHash);
  });

  it('differs where anything at all differs', () => {
    const hashes = [
      one({}),
      one({ a: [0] }),
      one({ b: [0] }),
      one({ a: [-0] }),
      one({ a: [Number.NaN] }),
      one({ a: [Infinity] }),
      one({ a: [-Infinity] }),
      one({ a: [5e-324] }),
      one({ a: ints([0]) }),
      one({ a: timestamps([0]) }),
      one({ a: [0n] }),
      one({ a: [1n] }),
      one({ a: [2n ** 32n] }),
      one({ a: [-1n] }),
      one({ a: [false] }),
      one({ a: [true] }),
      one({ a: [null] }),
      one({ a: [''] }),
      one({ a: ['\0'] }),
      one({ a: ['\0\0'] }),
      one({ a: ['ab'], b: ['c'] }),
      one({ a: ['a'], b: ['bc'] }),
      one({ a: ['abc'], b: [''] }),
      one({ a: ['abc'], b: [null] }),
      one({ b: ['abc'], a: [null] }),
      hashText(hashRows(Frame.of({ date: timestamps([2 * MINUTE]) }))),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('depends on names, kinds and order of the columns, in every row', () => {
    const frame: AnyFrame = Frame.of({ date: timestamps([0, 1]), a: [1, 2], b: [1, 2] });
    const others: AnyFrame[] = [
      frame.rename({ a: 'c' }),
      frame.select(['date', 'b', 'a']),
      frame.with({ a: ints([1, 2]) }),
      frame.drop(['b']),
      frame.with({ c: [1, 2] }),
    ];
    const hashes = [frame, ...others].flatMap((each) => [0, 1].map((row) => hashText(hashRows(each, row, row + 1))));
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('tells columns of one list of names by their kinds, however many kinds they have had', () => {
    const frame: AnyFrame = Frame.of({ date: timestamps([0]), a: [0], b: [0], c: [0], d: [0] });
    const zeros = [ints([0]), timestamps([0])];
    const variants = Array.from({ length: 16 }, (_, i) =>
      frame.with(Object.fromEntries(['a', 'b', 'c', 'd'].map((name, bit) => [name, zeros[(i >> bit) & 1]]))),
    );
    const hashes = variants.map((variant) => hashText(hashRows(variant)));
    expect(new Set(hashes).size).toBe(variants.length);
    expect(variants.map((variant) => hashText(hashRows(variant)))).toEqual(hashes);
  });

  it('is the same for NaNs of any bits', () => {
    const odd = new Float64Array(BigUint64Array.of(0xfff8_0000_0000_0001n).buffer);
    expect(one({ a: odd })).toBe(one({ a: [Number.NaN] }));
  });

  it('tells rows apart by whichever column of times it is told of', () => {
    const frame: AnyFrame = Frame.of({ time: [1, 2], a: [5, 5] });
    expect(hashRows(frame, 0, 1, 'time')).not.toEqual(hashRows(frame, 1, 2, 'time'));
    expect(hashRows(frame, 0, 2, 'time')).not.toEqual(hashRows(frame, 0, 2, 'a'));
  });

  it('refuses frames without such a column, and rows that are not there', () => {
    const frame: AnyFrame = Frame.of({ date: ['today'], a: [1] });
    expect(() => hashRows(frame)).toThrow('column "date" is of kind string, wanted timestamp');
    expect(() => hashRows(frame, 0, 1, 'time')).toThrow('the frame has no column "time"');
    for (const [start, end] of [
      [-1, 1],
      [0, 2],
      [1, 0],
    ])
      expect(() => hashRows(frame, start, end)).toThrow('the rows to be hashed are within the frame');
  });

  it('is one that other versions will compute, too', () => {
    const frame = Frame.of({
      date: timestamps([0, 300_000]),
      close: [1.5, Number.NaN],
      tag: ['abc', null],
      big: [2n ** 62n, -1n],
      flag: [true, false],
      n: ints([1, -1]),
    });
    expect(hashText(hashRows(frame))).toMatchInlineSnapshot(`"781d6144a11a9f84"`);
  });

  it('takes more columns than are mixed at a time', () => {
    const wide = (last: number): AnyFrame =>
      Frame.fromColumns([
        ['date', timestamps([0])],
        ...Array.from({ length: 600 }, (_, i): [string, Column] => [`c${i}`, ints([i === 599 ? last : i])]),
      ]);
    expect(hashRows(wide(1))).not.toEqual(hashRows(wide(2)));
    const cells = wide(1).names.map((_, i) => hashCells(wide(1), i, Uint32Array.of(0)));
    let sum = noRowsHash;
    for (const cell of cells) sum = addHash(sum, cell);
    expect(sum).toEqual(hashRows(wide(1)));
  });
});

describe('hashCells', () => {
  it('is what the cells add to the hash of their rows', () => {
    const frame = someFrame(600);
    const rows = Uint32Array.from({ length: 300 }, (_, i) => 2 * i);
    let sum = noRowsHash;
    for (let column = 0; column < frame.names.length; column++) sum = addHash(sum, hashCells(frame, column, rows));
    let expected = noRowsHash;
    for (const row of rows) expected = addHash(expected, hashRows(frame, row, row + 1));
    expect(sum).toEqual(expected);
  });

  it('moves rows by an offset', () => {
    const frame = someFrame(20);
    const [rows, moved] = [Uint32Array.of(0, 3), Uint32Array.of(5, 8)];
    for (let column = 0; column < frame.names.length; column++) {
      expect(hashCells(frame, column, rows, { offset: 5 })).toEqual(hashCells(frame, column, moved));
    }
  });

  it('is zero for no cells', () => {
    expect(hashCells(someFrame(3), 0, new Uint32Array())).toEqual(noRowsHash);
  });
});

describe('hashes', () => {
  it('add and subtract within 32 bits a word', () => {
    const large = { lo: 0xffff_ffff, hi: 0x8000_0000 };
    expect(addHash(large, { lo: 2, hi: 0x8000_0001 })).toEqual({ lo: 1, hi: 1 });
    expect(subtractHash({ lo: 1, hi: 1 }, large)).toEqual({ lo: 2, hi: 0x8000_0001 });
  });

  it('are equal where both words are', () => {
    expect(hashesEqual({ lo: 1, hi: 2 }, { lo: 1, hi: 2 })).toBe(true);
    expect(hashesEqual({ lo: 1, hi: 2 }, { lo: 1, hi: 3 })).toBe(false);
    expect(hashesEqual({ lo: 1, hi: 2 }, { lo: 0, hi: 2 })).toBe(false);
  });

  it('are shown with the high word first', () => {
    expect(hashText({ lo: 0xab, hi: 1 })).toBe('00000001000000ab');
  });
});
