import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../util/random.ts';
import { atr } from '../volatility/atr.ts';
import { natr } from '../volatility/natr.ts';
import { trange } from '../volatility/trange.ts';
import { minusDi } from './minus-di.ts';
import { minusDm } from './minus-dm.ts';
import { plusDi } from './plus-di.ts';
import { plusDm } from './plus-dm.ts';

const rows = 60;
const random = seededRandom('period of one');

/** Candles that gap both ways, with infinities in one and in two rows on end. */
function gappingCandles() {
  const close = Float64Array.from({ length: rows }, () => 100 + random.normal());
  const high = close.map((value) => value + random.next());
  const low = close.map((value) => value - random.next());
  high[20] = Infinity;
  low[25] = -Infinity;
  for (const row of [30, 31]) high[row] = low[row] = close[row] = Infinity;
  return { high, low, close };
}

describe.each([atr, natr, plusDm, minusDm, plusDi, minusDi])('$name', (indicator) => {
  it('with a period of 1 knows nothing but a candle and the one before', () => {
    const { high, low, close } = gappingCandles();
    const pairs = Array.from({ length: rows - 1 }, (_, i) => {
      const pair = (column: Float64Array) => column.subarray(i, i + 2);
      return indicator({ columns: { high: pair(high), low: pair(low), close: pair(close) } }, 1)[1];
    });
    expect([...indicator({ columns: { high, low, close } }, 1)]).toEqual([Number.NaN, ...pairs]);
    expect(pairs.filter((value) => value > 0).length).toBeGreaterThan(10);
  });
});

describe('atr', () => {
  it('with a period of 1 is the true range', () => {
    const columns = gappingCandles();
    expect(atr({ columns }, 1)).toEqual(trange({ columns }));
  });
});

describe.each([plusDi, minusDi])('$name', (indicator) => {
  it('with a period of 1 is 0 where nothing moved, be the range NaN', () => {
    const columns = gappingCandles();
    expect(trange({ columns })[31]).toBeNaN();
    expect(indicator({ columns }, 1)[31]).toBe(0);
  });
});
