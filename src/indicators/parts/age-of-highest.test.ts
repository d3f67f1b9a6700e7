import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgeOfHighest } from './age-of-highest.ts';

function agesOf(values: readonly number[], rows: number): number[] {
  const highest = new AgeOfHighest(rows);
  return values.map((value) => {
    highest.update(value);
    return highest.age;
  });
}

/** The last of the highest values, by looking at all of the window. */
const searched = (values: readonly number[], rows: number) =>
  values.map((_, i) => {
    const window = values.slice(Math.max(0, i - rows + 1), i + 1);
    const highest = window.reduce((a, b) => (b >= a ? b : a));
    return window.length - 1 - window.findLastIndex((value) => value === highest);
  });

// Few different values, so that many are equal.
const coarse = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(-0, Infinity, -Infinity));

describe('AgeOfHighest', () => {
  it('finds the last of the highest values of the window', () => {
    fc.assert(
      fc.property(fc.array(coarse, { maxLength: 60 }), fc.integer({ min: 2, max: 12 }), (values, rows) => {
        expect(agesOf(values, rows)).toEqual(searched(values, rows));
      }),
    );
  });

  it('passes a NaN over that a search does not begin with', () => {
    expect(agesOf([5, Number.NaN, 3, Number.NaN, 4], 5)).toEqual([0, 1, 2, 3, 4]);
  });

  it('takes a NaN for the highest when a search begins with it, and searches again in the next row', () => {
    // In row 3 the 9 leaves and the NaN is the oldest; in row 4 it has left too.
    expect(agesOf([9, Number.NaN, 3, 2, 1, 0], 3)).toEqual([0, 1, 2, 2, 2, 2]);
    expect(agesOf([9, Number.NaN, 3, 8, 1, 0], 3)).toEqual([0, 1, 2, 2, 1, 2]);
  });

  it('is ready with the first full window', () => {
    const highest = new AgeOfHighest(3);
    const ready = [1, 2, 3, 4].map((value) => {
      highest.update(value);
      return highest.ready;
    });
    expect(ready).toEqual([false, false, true, true]);
  });
});
