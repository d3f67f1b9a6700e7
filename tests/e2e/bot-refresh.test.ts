import { describe, expect, it } from 'vitest';
import { candleOpen, nextCandleOpen, parseTimeframe, type Timeframe, timeframeMs } from '../../src/market/index.ts';
import { defineStrategy } from '../../src/strategy/index.ts';
import { waitFor } from './candlecast-process.ts';
import { botConfig, expectMarketsOwn, runBot, type RunningBot, servedMarket, type ServedMarket } from './bot-scene.ts';

const START = Date.UTC(2026, 0, 15, 6, 46);
/** A candle of 5m every 5 s of the wall. */
const SPEED = 60;
const five = parseTimeframe('5m');
const one = parseTimeframe('1m');

const everyMinute = defineStrategy({
  name: 'EveryMinute',
  timeframe: '1m',
  populateIndicators: (candles) => candles,
  populateEntryTrend: (frame) => frame,
});

const klines = ({ server }: ServedMarket) => server.requests.count({ path: '/klines' });

/** Requests for candles of each pair. */
const klinesByPair = ({ server }: ServedMarket) =>
  server.pairs.map((pair) => server.requests.count({ path: '/klines', symbol: pair.replace('/', '') }));

/** Waits until every pair was analyzed with the candle that has closed last. Resolves with when it opened. */
async function untilAllHaveTheNewest(bot: RunningBot, market: ServedMarket, timeframe: Timeframe): Promise<number> {
  let date = 0;
  await bot.until(() => {
    date = nextCandleOpen(candleOpen(market.clock.now(), timeframe), timeframe, -1);
    return market.server.pairs.every((pair) => bot.held.get(pair)?.last('date') === date);
  }, 'all pairs have the newest candle');
  return date;
}

/** Waits for the end of the candle under way. Resolves with how many requests for candles came before it. */
async function requestsUntilNextCandle(market: ServedMarket, timeframe: Timeframe): Promise<number> {
  const due = nextCandleOpen(candleOpen(market.clock.now(), timeframe), timeframe);
  const before = klines(market);
  let counted = before;
  const isOver = () => {
    const requests = klines(market);
    if (market.clock.now() >= due) return true;
    counted = requests;
    return false;
  };
  await waitFor(isOver, () => `the end of the candle, at ${new Date(due).toISOString()}`);
  return counted - before;
}

describe('a bot asks an exchange for candles', { timeout: 60_000 }, () => {
  it('of 200 pairs once each when they are due, and at no other time', async () => {
    const market = await servedMarket({ pairs: 200, time: { start: START, speed: SPEED }, timeoutMs: 20_000 });
    const bot = runBot(botConfig(market));
    let newest = await untilAllHaveTheNewest(bot, market, five);
    // One request for all that the market had before the bot, and one for each candle since.
    const first = nextCandleOpen(candleOpen(START, five), five, -1);
    expect(Math.max(...klinesByPair(market))).toBeLessThanOrEqual(1 + (newest - first) / timeframeMs(five));
    for (let candle = 0; candle < 2; candle++) {
      expect(await requestsUntilNextCandle(market, five)).toBe(0);
      market.server.requests.clear();
      const before = newest;
      newest = await untilAllHaveTheNewest(bot, market, five);
      const passed = (newest - before) / timeframeMs(five);
      expect(Math.max(...klinesByPair(market))).toBeLessThanOrEqual(passed);
    }
    expect(bot.loud()).toEqual([]);
    await expectMarketsOwn(bot, market, five);
  });

  it('no more once its streams hold what it needs, and never more than once', async () => {
    const time = { start: START, speed: SPEED };
    const market = await servedMarket({ pairs: 20, time, streamIntervalMs: 10 });
    const bot = runBot(botConfig(market, { exchange: { enable_ws: true } }), everyMinute);
    await untilAllHaveTheNewest(bot, market, one);
    let candles = 1;
    for (let quiet = 0; quiet < 3;) {
      const before = klines(market);
      await requestsUntilNextCandle(market, one);
      await untilAllHaveTheNewest(bot, market, one);
      candles++;
      quiet = klines(market) === before ? quiet + 1 : 0;
    }
    expect(Math.max(...klinesByPair(market))).toBeLessThanOrEqual(candles);
    expect(bot.loud()).toEqual([]);
    await expectMarketsOwn(bot, market, one);
  });
});
