import { describe, expect, it } from 'vitest';
import { fixtureExchange, fixtureMarket, pairlistCases } from '../../tests/fixtures/pairlist/fixture-exchange.ts';
import { candlesFrame, parsePair, parseTimeframe } from '../market/index.ts';
import { manualClock } from '../testing/index.ts';
import { fetchRecent } from './fetch-recent.ts';
import { volatilityOf } from './volatility-filter.ts';

const measured = pairlistCases.flatMap(({ name, tradingMode, pairlists, steps }) =>
  pairlists
    .filter((config) => config.method === 'VolatilityFilter')
    .map((config, i) => ({ name, tradingMode, config, volatilities: steps[0].volatilities?.[i] ?? {} })),
);

describe('volatilityOf', () => {
  it.each(measured)("gives freqtrade's figures: $name", async ({ tradingMode, config, volatilities }) => {
    const clock = manualClock(fixtureMarket.start);
    const { lookback_days: days = 0, lookback_period: period = days, lookback_timeframe } = config;
    const lookback = { timeframe: parseTimeframe(lookback_timeframe), period };
    const request = { ...lookback, candleType: tradingMode, count: period + 1, signal: undefined };
    const pairs = Object.keys(volatilities).map(parsePair);
    expect(pairs.length).toBeGreaterThan(5);
    const fetched = await fetchRecent(fixtureExchange(clock), pairs, request);
    for (const [pair, candles] of fetched) {
      if (candles instanceof Error) throw candles;
      const expected = volatilities[pair];
      const found = volatilityOf(candles, lookback);
      if (expected === null) expect(found).toBeNaN();
      else expect(Math.abs(found / expected - 1)).toBeLessThan(1e-10);
    }
  });

  it('is not a number over one candle', () => {
    const timeframe = parseTimeframe('1d');
    const row = { date: 0, open: 1, high: 1, low: 1, close: 1, volume: 1 };
    expect(volatilityOf(candlesFrame([row]), { timeframe, period: 1 })).toBeNaN();
  });
});
