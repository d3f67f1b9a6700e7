import { afterEach, describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../tests/fixtures/bot/recording-logger.ts';
import { framesEqual } from '../../frame/index.ts';
import { type Candles, type PairKey, noCandles, parsePair, parseTimeframe } from '../../market/index.ts';
import { createMarketServer } from '../../market-server/index.ts';
import { manualClock } from '../../testing/index.ts';
import { silentLogger } from '../../util/logger.ts';
import { simulatedExchange } from '../simulated/simulated-exchange.ts';
import { ccxtExchange } from './ccxt-exchange.ts';

const MINUTE = 60_000;
const key: PairKey = { pair: parsePair('ETH/USDT'), timeframe: parseTimeframe('1m'), candleType: 'spot' };
const START = Date.UTC(2026, 10, 20, 9, 3);
const ended: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

/** A market whose streams are told of many times a second, and a bot that takes its candles as they close. */
async function scene() {
  const clock = manualClock(START + 20_000);
  const market = simulatedExchange({ seed: 'streams', pairs: 3, clock, ticksPerMinute: 600 });
  const server = await createMarketServer({ exchange: market, logger: silentLogger, streamIntervalMs: 20 });
  const { ccxtUrls } = await server.listen();
  const logger = recordingLogger();
  const common = { name: 'binance', tradingMode: 'spot', logger, clock, urls: ccxtUrls } as const;
  const exchange = await ccxtExchange({ ...common, ccxtConfig: { enableRateLimit: false } });
  ended.push(async () => {
    await exchange.close();
    await server.close();
  });
  let held: Candles = noCandles;
  const take = async () => {
    const last = held.last('date');
    const since = last === undefined ? {} : { since: last + MINUTE };
    held = held.append(await exchange.fetchCandles(key, { limit: 10, ...since }));
    return held;
  };
  /** Takes the next candle a second after it has closed. */
  const nextMinute = () => {
    clock.set((Math.floor(clock.now() / MINUTE) + 1) * MINUTE + 1000);
    return take();
  };
  const klines = () => server.requests.count({ path: 'klines' });
  const isMarkets = async () => {
    const all = await market.fetchCandles(key, { limit: 100 });
    let first = 0;
    while (all.columns.date[first] < held.columns.date[0]) first++;
    return framesEqual(held, all.slice(first));
  };
  return { clock, server, exchange, logger, take, nextMinute, klines, isMarkets };
}

describe('streams of candles', () => {
  it('take the place of REST, candle by candle the same', async () => {
    const { take, nextMinute, klines, isMarkets, logger } = await scene();
    await take();
    await expect
      .poll(
        async () => {
          const before = klines();
          await nextMinute();
          return klines() - before;
        },
        { timeout: 15_000 },
      )
      .toBe(0);
    const [before, warnings] = [klines(), logger.messages('warn').length];
    for (let i = 0; i < 10; i++) await nextMinute();
    // Every fifth time the streams are looked over.
    expect(klines() - before).toBeLessThanOrEqual(2);
    expect(await isMarkets()).toBe(true);
    expect(logger.messages('warn').length).toBe(warnings);
  });

  it('leave the field to REST while they are quiet, with one line, and come back', async () => {
    const { take, nextMinute, klines, isMarkets, logger, server } = await scene();
    await take();
    server.faults = { quiet: {} };
    const before = klines();
    for (let i = 0; i < 6; i++) await nextMinute();
    expect(klines() - before).toBeGreaterThanOrEqual(6);
    expect(logger.messages('warn')).toEqual([expect.stringContaining('has been quiet; asking by REST')]);
    server.faults = {};
    await expect
      .poll(
        async () => {
          await nextMinute();
          return logger.messages('info');
        },
        { timeout: 15_000 },
      )
      .toContain('binance: streams are back');
    expect(await isMarkets()).toBe(true);
  });

  it('are not believed where they repeat, lack, delay and repaint', async () => {
    const { take, nextMinute, isMarkets, server, clock } = await scene();
    await take();
    server.faults = { duplicated: { rate: 0.5 }, late: { rate: 0.3, ms: 1500 }, missing: { rate: 0.2, ms: 30_000 } };
    for (let i = 0; i < 15; i++) await nextMinute();
    server.faults = {};
    clock.advance(5000);
    await nextMinute();
    expect(await isMarkets()).toBe(true);
  });
});

describe('streams of tickers', () => {
  it('take the place of REST for pairs that were asked for', async () => {
    const { exchange, server } = await scene();
    const asked = () => server.requests.count({ path: 'ticker' });
    const [first] = await exchange.fetchTickers({ pairs: [key.pair] });
    expect(asked()).toBe(1);
    await expect
      .poll(
        async () => {
          const before = asked();
          await exchange.fetchTickers({ pairs: [key.pair] });
          return asked() - before;
        },
        { timeout: 10_000 },
      )
      .toBe(0);
    const [streamed] = await exchange.fetchTickers({ pairs: [key.pair] });
    expect(streamed.pair).toBe(first.pair);
    expect(streamed.last).toBe(first.last);
    expect([streamed.bid, streamed.ask]).toEqual([first.bid, first.ask]);
  });
});

describe('connections that end', () => {
  it('while messages wait for their turn do no harm', async () => {
    const clock = manualClock(START + 20_000);
    const market = simulatedExchange({ seed: 'streams', pairs: 20, clock });
    const server = await createMarketServer({ exchange: market, logger: silentLogger, streamIntervalMs: 20 });
    const { ccxtUrls } = await server.listen();
    const logger = recordingLogger();
    const common = { name: 'binance', tradingMode: 'spot', logger, clock, urls: ccxtUrls } as const;
    const exchange = await ccxtExchange(common);
    const pairs = (await exchange.fetchMarkets()).map(({ pair }) => pair);
    await Promise.all(pairs.map((pair) => exchange.fetchCandles({ ...key, pair }, { limit: 2 })));
    await server.close();
    await expect.poll(() => logger.messages('warn').length).toBeGreaterThan(0);
    await exchange.close();
  });
});

describe('futures', () => {
  it('have candles, mark prices and funding rates, as the market has them', async () => {
    const clock = manualClock(START + 20_000);
    const pair = parsePair('BTC/USDT:USDT');
    const market = simulatedExchange({ seed: 'futures', pairs: [pair], clock });
    const server = await createMarketServer({ exchange: market, logger: silentLogger });
    const { ccxtUrls } = await server.listen();
    const options = { name: 'binance', tradingMode: 'futures', logger: silentLogger, clock, urls: ccxtUrls } as const;
    const exchange = await ccxtExchange(options);
    ended.push(async () => {
      await exchange.close();
      await server.close();
    });
    const hour = { pair, timeframe: parseTimeframe('1h'), candleType: 'futures' } as const;
    const candles = await exchange.fetchCandles(hour, { limit: 1200 });
    expect(framesEqual(candles, await market.fetchCandles(hour, { limit: 1200 }))).toBe(true);
    expect((await exchange.fetchCandles({ ...hour, candleType: 'mark' }, { limit: 20 })).length).toBe(20);
    const rates = await exchange.fetchCandles({ ...hour, candleType: 'funding_rate' }, { limit: 5 });
    expect(rates.length).toBeGreaterThan(2);
    for (let row = 0; row < rates.length; row++)
      expect(rates.row(row)).toMatchObject({ high: 0, low: 0, close: 0, volume: 0 });
    expect(await exchange.fetchMarkets()).toMatchObject([{ pair, settle: 'USDT', isActive: true }]);
    expect(await exchange.fetchTickers()).toMatchObject([{ pair }]);
  });
});
