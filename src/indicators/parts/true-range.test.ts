import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trueRange } from './true-range.ts';

// Whole numbers, whose differences are exact in any order.
const price = fc.integer({ min: -1000, max: 1000 });

describe('trueRange', () => {
  it('is the range of the candle stretched to the close before, wherever that is', () => {
    fc.assert(
      fc.property(price, price, price, (a, b, before) => {
        const [high, low] = [Math.max(a, b), Math.min(a, b)];
        expect(trueRange(high, low, before)).toBe(Math.max(high, before) - Math.min(low, before));
      }),
    );
  });

  it('is high - low where the close before is NaN, and NaN where high or low is', () => {
    expect(trueRange(5, 3, Number.NaN)).toBe(2);
    expect(trueRange(Number.NaN, 3, 9)).toBeNaN();
    expect(trueRange(5, Number.NaN, 9)).toBeNaN();
  });
});
