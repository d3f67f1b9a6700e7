import { describe, expect, it } from 'vitest';
import { sampleFrame } from '../testing/index.ts';
import { seededRandom } from '../util/random.ts';
import { Column, firstDifference, type AnyFrame, shareMemory, unsharedBytes } from './index.ts';

const memoryOf = (frame: AnyFrame, name: string) => Column.raw(frame.column(name)).data;

/** The names of the columns of `after` that lie in the memory of `before`. */
function sharedNames(before: AnyFrame, after: AnyFrame): string[] {
  return after.names.filter((name) => before.has(name) && memoryOf(before, name) === memoryOf(after, name));
}

/** A frame with another number in one cell. */
function changed(frame: AnyFrame, name: string, row: number, value = 7.25): AnyFrame {
  const values = Float64Array.from(frame.numbers(name));
  values[row] = value;
  return frame.with({ [name]: values });
}

/** 40 rows, or so many, in memory of their own with room behind them. */
function heldFrame(rows = 40): AnyFrame {
  return sampleFrame({ rows: rows - 1 }).append(sampleFrame({ rows }).tail(1));
}

describe('shareMemory', () => {
  it('takes a frame that was computed anew into the memory of the one before', () => {
    const held = heldFrame();
    const next = sampleFrame({ rows: 41 });
    expect(sharedNames(held, next)).toEqual([]);
    const joined = shareMemory(held, next);
    expect(firstDifference(joined, next)).toBeUndefined();
    expect(sharedNames(held, joined)).toEqual(next.names);
    expect(unsharedBytes(held, joined)).toBe(0);
  });

  it('takes one whose first rows were dropped', () => {
    const held = heldFrame();
    const next = sampleFrame({ rows: 43 }).tail(40);
    const joined = shareMemory(held, next);
    expect(firstDifference(joined, next)).toBeUndefined();
    expect(sharedNames(held, joined)).toEqual(next.names);
  });

  it('takes one that is shorter, and one that is the same', () => {
    const held = heldFrame();
    for (const next of [sampleFrame({ rows: 12 }), sampleFrame({ rows: 40 }), sampleFrame({ rows: 40 }).slice(5, 30)]) {
      const joined = shareMemory(held, next);
      expect(firstDifference(joined, next)).toBeUndefined();
      expect(sharedNames(held, joined)).toEqual(next.names);
    }
  });

  it.each([
    ['close', 3, 7.25],
    ['close', 38, NaN],
    ['awkward', 3, 0],
  ])('leaves column %s as it is where row %i became %d', (name, row, value) => {
    const held = heldFrame();
    const next = changed(sampleFrame({ rows: 41 }), name, row, value);
    const joined = shareMemory(held, next);
    expect(firstDifference(joined, next)).toBeUndefined();
    expect(sharedNames(held, joined)).toEqual(next.names.filter((each) => each !== name));
    expect(unsharedBytes(held, joined)).toBe(8 * 41);
  });

  it('never changes the frame before, nor another one that follows it', () => {
    const held = heldFrame();
    const one = shareMemory(held, sampleFrame({ rows: 42 }));
    const expected = sampleFrame({ rows: 42 });
    const other = shareMemory(held, changed(sampleFrame({ rows: 42 }), 'open', 41));
    expect(firstDifference(one, expected)).toBeUndefined();
    expect(firstDifference(other, changed(expected, 'open', 41))).toBeUndefined();
    expect(firstDifference(held, sampleFrame({ rows: 40 }))).toBeUndefined();
  });

  it('gives back the frame itself where there is nothing to share', () => {
    const held = heldFrame();
    const later = sampleFrame({ rows: 60 }).tail(20);
    const fewer = sampleFrame({ rows: 41 }).drop(['open']);
    const otherOrder = sampleFrame({ rows: 41 }).select(held.names.toReversed());
    const otherKind = sampleFrame({ rows: 41 }).with({ count: new Float64Array(41) });
    const empty = held.slice(0, 0);
    for (const next of [later, fewer, otherOrder, otherKind, empty]) expect(shareMemory(held, next)).toBe(next);
    expect(shareMemory(empty, held)).toBe(held);
    const timeless = sampleFrame({ rows: 41 }).drop(['date']);
    expect(shareMemory(timeless, timeless)).toBe(timeless);
  });

  it('matches rows by their times, not by their places', () => {
    const held = heldFrame();
    const hourLater = sampleFrame({ rows: 41, startMs: Date.UTC(2026, 0, 5, 1) });
    const joined = shareMemory(held, hourLater);
    expect(firstDifference(joined, hourLater)).toBeUndefined();
    const hourEarlier = sampleFrame({ rows: 41, startMs: Date.UTC(2026, 0, 4, 23) });
    expect(firstDifference(shareMemory(held, hourEarlier), hourEarlier)).toBeUndefined();
  });

  it('leaves a column that goes on in the memory that was given to grow by itself', () => {
    const held = heldFrame();
    const given = heldFrame();
    const next = given
      .append(sampleFrame({ rows: 41 }).tail(1))
      .with({ close: sampleFrame({ rows: 41 }).column('close') });
    const joined = shareMemory(held, next, { given });
    expect(firstDifference(joined, next)).toBeUndefined();
    expect(sharedNames(given, joined)).toEqual(next.names.filter((name) => name !== 'close'));
    expect(sharedNames(held, joined)).toEqual(['close']);
  });

  it('asks no byte of what is told to be the same', () => {
    let compared = 0;
    const haveSameBytes = () => {
      compared += 1;
      return true;
    };
    const next = sampleFrame({ rows: 2041 });
    shareMemory(heldFrame(2040), next, { haveSameBytes });
    expect(compared).toBeGreaterThan(0);
    compared = 0;
    const long = heldFrame(2040);
    const grown = shareMemory(long, long.append(next.tail(1)), { haveSameBytes });
    expect(compared).toBe(0);
    expect(firstDifference(grown, next)).toBeUndefined();
  });

  it('is equal to the bit whatever happens', () => {
    const random = seededRandom('share memory');
    let before: AnyFrame = sampleFrame({ rows: 30 });
    let sharing = 0;
    for (let step = 0, end = 30; step < 300; step++) {
      end += random.below(3);
      let next: AnyFrame = sampleFrame({ rows: end }).tail(5 + random.below(40));
      if (random.below(3) === 0) next = changed(next, 'high', random.below(next.length), random.normal());
      if (random.below(20) === 0) next = next.drop(['count']);
      const joined = shareMemory(before, next);
      expect(firstDifference(joined, next)).toBeUndefined();
      sharing += sharedNames(before, joined).length;
      before = joined;
    }
    expect(sharing).toBeGreaterThan(300);
  });
});

describe('unsharedBytes', () => {
  it('counts eight bytes a cell of columns in other memory, and all of a column that was not there', () => {
    const held = heldFrame();
    const next = held.append(sampleFrame({ rows: 41 }).tail(1));
    expect(unsharedBytes(held, next)).toBe(0);
    expect(unsharedBytes(held, sampleFrame({ rows: 40 }))).toBe(8 * 40 * held.names.length);
    expect(unsharedBytes(held, next.with({ rsi: new Float64Array(41) }))).toBe(8 * 41);
  });
});
