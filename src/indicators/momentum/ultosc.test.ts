import { describe, expect, it } from 'vitest';
import { readSeries } from '../../../tests/fixtures/indicators/read-fixture.ts';
import { ultosc } from './ultosc.ts';

const columns = readSeries().candles.candles;
const { high, low, close } = columns;
const candles = { columns: { high, low, close } };

describe('ultosc', () => {
  it('takes its periods in any order', () => {
    const sorted = ultosc(candles, { timePeriod1: 3, timePeriod2: 5, timePeriod3: 9 });
    for (const [timePeriod1, timePeriod2, timePeriod3] of [
      [9, 5, 3],
      [5, 9, 3],
      [3, 9, 5],
    ]) {
      expect(ultosc(candles, { timePeriod1, timePeriod2, timePeriod3 })).toEqual(sorted);
    }
  });

  it('is the share of buying pressure in the true range of each row where all periods are 1', () => {
    const found = ultosc(candles, { timePeriod1: 1, timePeriod2: 1, timePeriod3: 1 });
    expect(found[0]).toBeNaN();
    for (let row = 1; row < close.length; row++) {
      const trueLow = Math.min(low[row], close[row - 1]);
      const trueHigh = Math.max(high[row], close[row - 1]);
      const share = (100 * (close[row] - trueLow)) / (trueHigh - trueLow);
      expect(found[row]).toBeCloseTo(share, 9);
    }
  });
});
