import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulatedExchange } from '../exchange/index.ts';
import { type Candles, candleOpen, parsePair, parseTimeframe, timeframeMs } from '../market/index.ts';
import { manualClock } from '../testing/manual-clock.ts';
import type { Clock } from '../util/clock.ts';
import { marketView } from './market-view.ts';
import { rowsOf } from './served-candles.ts';

const NOW = Date.UTC(2024, 3, 9, 12, 34, 56);
const pair = parsePair('BTC/USDT');
const key = { pair, timeframe: parseTimeframe('5m'), candleType: 'spot' } as const;
const STEP = timeframeMs(key.timeframe);

function market(holes: number) {
  const open = (clock: Clock) => simulatedExchange({ seed: 3, pairs: [pair], clock, holes });
  const exchange = open(manualClock(NOW));
  return { exchange, past: marketView(exchange, open), cut: marketView(exchange) };
}

describe.each([0, 0.5])('a view of a market with %d of its candles missing', (holes) => {
  it('gives the oldest of any window, at any moment, from either kind of look', async () => {
    const { exchange, past, cut } = market(holes);
    const all = rowsOf(await exchange.fetchCandles(key, { limit: 3000, includeOpen: true }));
    const time = fc.integer({ min: NOW - 2000 * STEP, max: NOW });
    await fc.assert(
      fc.asyncProperty(time, time, fc.integer({ min: 1, max: 300 }), async (from, until, limit) => {
        const expected = all.filter(({ date }) => date >= from && date <= until).slice(0, limit);
        for (const view of [past, cut]) {
          expect(rowsOf(await view.candles(key, { asOf: NOW, from, until, limit }))).toEqual(expected);
        }
        const newest = all.filter(({ date }) => date <= until).slice(-limit);
        expect(rowsOf(await past.candles(key, { asOf: NOW, until, limit }))).toEqual(newest);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a view of the past', () => {
  it('shows the candle that was open, as it stood', async () => {
    const { past, cut } = market(0);
    const asOf = NOW - 100 * STEP;
    const then = simulatedExchange({ seed: 3, pairs: [pair], clock: manualClock(asOf) });
    const own = await then.fetchCandles(key, { limit: 4, includeOpen: true });
    const seen = await past.candles(key, { asOf, limit: 5 });
    expect(rowsOf(seen)).toEqual(rowsOf(own));
    expect(seen.columns.date[4]).toBe(candleOpen(asOf, key.timeframe));
    const closed: Candles = await cut.candles(key, { asOf, limit: 4 });
    expect(rowsOf(closed)).toEqual(rowsOf(own).slice(0, 4));
  });

  it('finds the first candle of the market without going through all before it', async () => {
    const { past } = market(0);
    const first = await past.candles(key, { asOf: NOW, from: 0, limit: 2 });
    expect(first.columns.date[1] - first.columns.date[0]).toBe(STEP);
    expect(first.columns.date[0]).toBe(Date.UTC(2017, 0, 1));
    expect(await past.candles(key, { asOf: NOW, from: NOW + 1, limit: 2 })).toHaveLength(0);
  });
});
