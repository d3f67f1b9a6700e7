import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../util/random.ts';
import { NEAR_ZERO } from '../parts/near-zero.ts';
import { adx } from './adx.ts';
import { dx } from './dx.ts';
import { minusDi } from './minus-di.ts';
import { plusDi } from './plus-di.ts';

const rows = 400;
const period = 3;

/**
 * Candles that move, then stand still for so long that the totals of what moved before fade to nothing: once with a range, once
 * without. They begin standing still, too.
 */
function candles() {
  const random = seededRandom('dx');
  const still = (row: number) => row < 5 || (row >= 60 && row < 180) || (row >= 240 && row < 360);
  const high = new Float64Array(rows).fill(101);
  const low = new Float64Array(rows).fill(99);
  for (let row = 1; row < rows; row++) {
    const middle = 100 + random.normal();
    const halfRange = row < 240 ? random.next() : 0;
    high[row] = still(row) ? high[row - 1] : middle + halfRange;
    low[row] = still(row) ? low[row - 1] : middle - halfRange;
  }
  return { columns: { high, low, close: low } };
}

/** For each row the index from the two indicators; undefined where their sum is as good as zero. */
function indexByRow(): readonly (number | undefined)[] {
  const [plus, minus] = [plusDi(candles(), period), minusDi(candles(), period)];
  return Array.from(plus, (value, row) => {
    const sum = minus[row] + value;
    return Math.abs(sum) < NEAR_ZERO ? undefined : 100 * (Math.abs(minus[row] - value) / sum);
  });
}

describe('dx', () => {
  it('stays what it was where nothing moves, and is 0 before anything moved', () => {
    let last = 0;
    const expected = indexByRow().map((index, row) => {
      if (row < period) return Number.NaN;
      last = index ?? last;
      return last;
    });
    expect([...dx(candles(), period)]).toEqual(expected);
    expect(expected.slice(period, 5)).toEqual([0, 0]);
    expect(indexByRow().filter((index) => index === undefined).length).toBeGreaterThan(50);
  });
});

describe('adx', () => {
  it('leaves out candles on which nothing moves, but counts them as 0 in its first mean', () => {
    const known = indexByRow();
    const first = 2 * period - 1;
    let average = known.slice(period, first + 1).reduce<number>((sum, index) => sum + (index ?? 0), 0) / period;
    const expected = known.map((index, row) => {
      if (row < first) return Number.NaN;
      if (row > first && index !== undefined) average = (average * (period - 1) + index) / period;
      return average;
    });
    expect([...adx(candles(), period)]).toEqual(expected);
    expect(known[first - 1]).toBeUndefined();
    expect(known[first]).toBeGreaterThan(0);
  });
});
