import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../util/random.ts';
import { atr } from './atr.ts';
import { natr } from './natr.ts';

const rows = 60;

/** Candles around a close that is here and there as good as zero; `closes` gives it by row. */
function candlesWith(closes: Readonly<Record<number, number>>) {
  const random = seededRandom(4);
  const close = Float64Array.from({ length: rows }, (_, i) => closes[i] ?? 5 + random.next());
  return {
    columns: {
      high: close.map((value) => value + random.next()),
      low: close.map((value) => value - random.next()),
      close,
    },
  };
}

describe('natr', () => {
  // Not in the fixtures: TA-Lib leaves these rows unwritten.
  it('is 0 where the close is as good as zero, and nowhere else, the first value included', () => {
    const atZero = { 3: 0, 20: 0, 21: -0, 30: 9e-15, 31: -9e-15 };
    const candles = candlesWith({ ...atZero, 40: 2e-14, 41: -2e-14 });
    const range = atr(candles, 5);
    const expected = range.map((value, i) => (i > 5 && i in atZero ? 0 : (value / candles.columns.close[i]) * 100));
    expect(natr(candles, 5)).toEqual(expected);
    expect(natr(candles, 5)[5]).toBeGreaterThan(0);
  });

  it('has no value in the warm-up, a close of zero or not', () => {
    expect(natr(candlesWith({ 0: 0, 2: 0, 4: 0 }), 5).slice(0, 5)).toEqual(new Float64Array(5).fill(Number.NaN));
    expect(natr(candlesWith({ 5: 0 }), 5)[5]).toBe(0);
  });

  it('is the true range itself for a period of 1, whatever the close', () => {
    const candles = candlesWith({ 20: 0 });
    expect(natr(candles, 1)).toEqual(atr(candles, 1));
  });
});
