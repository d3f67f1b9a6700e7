import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candle, nextCandleOpen, parseTimeframe } from '../../market/index.ts';
import { type CandlePages, newestCandles } from './newest-candles.ts';

const STEP = 300_000;
const OPEN_NOW = 1_700_000_000_000 - (1_700_000_000_000 % STEP);
const timeframe = parseTimeframe('5m');
const candle = (date: number): Candle => ({ date, open: 1, high: 2, low: 1, close: 2, volume: date % 97 });

/** All candles of a market of `count` candles, the last one open, without those that `isHole` names by their distance from now. */
function marketOf(count: number, isHole: (back: number) => boolean = () => false): readonly Candle[] {
  const back = Array.from({ length: count }, (_, i) => count - 1 - i);
  return back.filter((each) => !isHole(each)).map((each) => candle(nextCandleOpen(OPEN_NOW, timeframe, -each)));
}

type Habit = 'from since' | 'window' | 'ignores since' | 'overlaps' | 'short pages' | 'repeats';

/** An exchange with a habit, and how often it was asked. */
function exchangeOf(market: readonly Candle[], habit: Habit, pageLimit: number): CandlePages & { calls: number } {
  const from = (since: number | undefined, limit: number) =>
    since === undefined ? market.slice(-limit) : market.filter(({ date }) => date >= since).slice(0, limit);
  return {
    timeframe,
    pageLimit,
    openNow: OPEN_NOW,
    calls: 0,
    async fetchPage(since, limit) {
      expect(limit).toBeLessThanOrEqual(pageLimit);
      this.calls++;
      if (since === undefined) return market.slice(-limit);
      if (habit === 'ignores since') return market.slice(-pageLimit);
      if (habit === 'window') return from(since, limit).filter(({ date }) => date < since + limit * STEP);
      if (habit === 'overlaps') return from(since - 2 * STEP, limit);
      if (habit === 'short pages') return from(since, Math.max(1, Math.floor(limit / 3)));
      if (habit === 'repeats') return [...from(since, limit)].filter((_, i) => this.calls % 3 > 0 || i < limit / 2);
      return from(since, limit);
    },
  };
}

const datesOf = (candles: readonly Candle[]) => candles.map(({ date }) => date);
const closedOf = (candles: readonly Candle[]) => datesOf(candles).filter((date) => date < OPEN_NOW);
const habits: readonly Habit[] = ['from since', 'window', 'overlaps', 'short pages', 'repeats'];

describe('newestCandles', () => {
  it.each(habits)('gives the same from an exchange whose pages are: %s', async (habit) => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 6, max: 60 }),
      async (count, limit, pageLimit) => {
        const market = marketOf(count);
        const { candles, isBehind } = await newestCandles(exchangeOf(market, habit, pageLimit), { limit });
        expect(closedOf(candles)).toEqual(closedOf(market.slice(-limit - 1)));
        if (habit === 'from since') expect(datesOf(candles).at(-1)).toBe(OPEN_NOW);
        expect(isBehind).toBe(false);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it('goes on to the end where the first page holds more than the others', async () => {
    // The market begins in it, so that nothing overlaps.
    const market = marketOf(299);
    const { candles } = await newestCandles(exchangeOf(market, 'overlaps', 6), { limit: 300 });
    expect(datesOf(candles).at(-1)).toBe(OPEN_NOW);
    expect(closedOf(candles)).toEqual(closedOf(market));
  });

  it.each(habits)('gives all from a date on where there are holes and pages are: %s', async (habit) => {
    const property = fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 1, max: 250 }), { maxLength: 120 }),
      fc.integer({ min: 1, max: 250 }),
      fc.integer({ min: 8, max: 60 }),
      async (holes, back, pageLimit) => {
        const market = marketOf(300, (each) => holes.includes(each));
        const since = nextCandleOpen(OPEN_NOW, timeframe, -back);
        const { candles } = await newestCandles(exchangeOf(market, habit, pageLimit), { limit: 1000, since });
        expect(closedOf(candles)).toEqual(closedOf(market).filter((date) => date >= since));
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it('asks as seldom as the limit of a page allows', async () => {
    const market = marketOf(5000);
    for (const [limit, calls] of [
      [499, 1],
      [999, 2],
      [4500, 10],
    ] as const) {
      const exchange = exchangeOf(market, 'from since', 500);
      expect((await newestCandles(exchange, { limit })).candles.length).toBe(limit + 1);
      expect(exchange.calls).toBeLessThanOrEqual(calls);
    }
    const exchange = exchangeOf(market, 'from since', 500);
    await newestCandles(exchange, { limit: 500, since: OPEN_NOW - STEP });
    expect(exchange.calls).toBe(1);
  });

  it('goes farther back for those that holes left missing', async () => {
    const market = marketOf(2000, (back) => back > 0 && back % 3 === 0);
    const { candles } = await newestCandles(exchangeOf(market, 'from since', 200), { limit: 600 });
    expect(datesOf(candles).slice(-601)).toEqual(datesOf(market.slice(-601)));
  });

  it('takes what an exchange gives that ignores dates, without doubles', async () => {
    const market = marketOf(3000);
    const exchange = exchangeOf(market, 'ignores since', 200);
    const { candles } = await newestCandles(exchange, { limit: 1000 });
    expect(datesOf(candles)).toEqual(datesOf(market.slice(-200)));
    expect(exchange.calls).toBeLessThan(4);
    const since = OPEN_NOW - 5 * STEP;
    const later = await newestCandles(exchangeOf(market, 'ignores since', 200), { limit: 1000, since });
    expect(datesOf(later.candles)).toEqual(datesOf(market.slice(-6)));
  });

  it('tells where there are only older candles than were asked for', async () => {
    const yesterday = marketOf(600).slice(0, 200);
    const pages = { ...exchangeOf(yesterday, 'ignores since', 500), timeframe };
    expect(await newestCandles(pages, { limit: 500, since: OPEN_NOW - 3 * STEP })).toEqual({
      candles: [],
      isBehind: true,
    });
    expect(pages.calls).toBe(1);
  });

  it('asks a bounded number of times where nothing comes', async () => {
    const pages = exchangeOf([], 'from since', 100);
    expect(await newestCandles(pages, { limit: 100_000 })).toEqual({ candles: [], isBehind: false });
    expect(pages.calls).toBeLessThanOrEqual(1020);
    expect((await newestCandles(pages, { limit: 10, since: OPEN_NOW + STEP })).candles).toEqual([]);
  });
});
