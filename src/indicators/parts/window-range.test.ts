import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WindowRange } from './window-range.ts';

const price = fc.oneof(
  { weight: 9, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity) },
);

/** The extremes of a full window of numbers, by looking at each. */
function extremes(values: readonly number[], window: number): readonly [highest: number, lowest: number] {
  if (values.length < window || !values.every(Number.isFinite)) return [Number.NaN, Number.NaN];
  return [Math.max(...values), Math.min(...values)];
}

describe('WindowRange', () => {
  it('finds the extremes that a search of each window finds', () => {
    const property = fc.property(
      fc.array(fc.tuple(price, price), { maxLength: 80 }),
      fc.integer({ min: 1, max: 20 }),
      (rows, window) => {
        const range = new WindowRange(window);
        for (const [i, [high, low]] of rows.entries()) {
          range.update(high, low);
          const last = rows.slice(Math.max(0, i + 1 - window), i + 1);
          expect(range.highest).toBe(
            extremes(
              last.map(([each]) => each),
              window,
            )[0],
          );
          expect(range.lowest).toBe(
            extremes(
              last.map(([, each]) => each),
              window,
            )[1],
          );
        }
      },
    );
    fc.assert(property);
  });
});
