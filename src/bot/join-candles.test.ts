import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framesEqual } from '../frame/index.ts';
import { type Candle, candlesFrame, noCandles } from '../market/index.ts';
import { joinCandles } from './join-candles.ts';

const candle = (date: number, close = date): Candle => ({ date, open: 1, high: 2, low: 0.5, close, volume: 3 });
const run = (...candles: readonly Candle[]) => candlesFrame(candles);

describe('joinCandles', () => {
  it('puts new candles behind the held ones', () => {
    const held = run(candle(1), candle(2));
    expect(
      framesEqual(joinCandles(held, run(candle(3), candle(5))), run(candle(1), candle(2), candle(3), candle(5))),
    ).toBe(true);
    expect(framesEqual(joinCandles(noCandles, held), held)).toBe(true);
  });

  it('gives the held candles themselves where nothing is new', () => {
    const held = run(candle(1), candle(2), candle(3));
    for (const fetched of [noCandles, held, run(candle(2)), run(candle(2), candle(3))]) {
      expect(joinCandles(held, fetched)).toBe(held);
    }
  });

  it('shares memory with the held candles where only new ones come', () => {
    const held = run(candle(1), candle(2));
    const joined = joinCandles(held.append(run(candle(3))), run(candle(2), candle(3), candle(4)));
    expect(joined.length).toBe(4);
    expect(joined.columns.date.length).toBe(4);
  });

  it('believes the fetched version of a candle, and keeps what the answer lacks', () => {
    const held = run(candle(1), candle(2), candle(3), candle(4));
    const joined = joinCandles(held, run(candle(2), candle(4, 40), candle(5)));
    expect(framesEqual(joined, run(candle(1), candle(2), candle(3), candle(4, 40), candle(5)))).toBe(true);
    // An answer that ends before ours does takes nothing away.
    expect(
      framesEqual(
        joinCandles(held, run(candle(1, 10), candle(2))),
        run(candle(1, 10), candle(2), candle(3), candle(4)),
      ),
    ).toBe(true);
  });

  it('is the union by date, the fetched candle first, for any two runs', () => {
    const dates = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 20 });
    const candles = fc
      .tuple(dates, fc.infiniteStream(fc.integer({ min: 1, max: 3 })))
      .map(([chosen, closes]) => chosen.toSorted((a, b) => a - b).map((date) => candle(date, closes.next().value)));
    fc.assert(
      fc.property(candles, candles, (held, fetched) => {
        const expected = new Map([...held, ...fetched].map((each) => [each.date, each]));
        const sorted = [...expected.values()].toSorted((a, b) => a.date - b.date);
        expect(framesEqual(joinCandles(run(...held), run(...fetched)), run(...sorted))).toBe(true);
      }),
    );
  });
});
