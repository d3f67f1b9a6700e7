import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { digestFrame, framesEqual } from '../../frame/index.ts';
import {
  type Candles,
  type PairKey,
  type Timeframe,
  candleOpen,
  nextCandleOpen,
  parsePair,
  parseTimeframe,
} from '../../market/index.ts';
import { manualClock } from '../../testing/index.ts';
import type { Exchange } from '../exchange.ts';
import { type SimulatedExchangeOptions, simulatedExchange } from './simulated-exchange.ts';
import { simulatedPairs } from './simulated-pairs.ts';

const NOW = Date.UTC(2026, 10, 20, 9, 3, 20);
const timeframe = (text: string): Timeframe => parseTimeframe(text);

function open(options: Partial<SimulatedExchangeOptions> = {}, nowMs = NOW) {
  const clock = manualClock(nowMs);
  return { clock, exchange: simulatedExchange({ seed: 7, pairs: 4, clock, ...options }) };
}

function keyOf(text: string, pair = 'BTC/USDT'): PairKey {
  const isFuture = pair.includes(':');
  return { pair: parsePair(pair), timeframe: timeframe(text), candleType: isFuture ? 'futures' : 'spot' };
}

const prices = ['open', 'high', 'low', 'close'] as const;

/** Candles added up to a longer timeframe, by date; volumes in whole steps. */
function addedUp(candles: Candles, longer: Timeframe, volumeStep: number) {
  const sums = new Map<number, { open: number; high: number; low: number; close: number; volume: number }>();
  const { date, open, high, low, close, volume } = candles.columns;
  for (let i = 0; i < candles.length; i++) {
    const at = candleOpen(date[i], longer);
    const steps = Math.round(volume[i] / volumeStep);
    const sum = sums.get(at);
    sums.set(at, {
      open: sum?.open ?? open[i],
      high: Math.max(sum?.high ?? 0, high[i]),
      low: Math.min(sum?.low ?? Infinity, low[i]),
      close: close[i],
      volume: (sum?.volume ?? 0) + steps,
    });
  }
  return sums;
}

async function expectAddsUp(exchange: Exchange, shorter: string, longer: string, rows: number): Promise<void> {
  const volumeStep = (await exchange.fetchMarkets())[0].amountPrecision ?? Number.NaN;
  const long = await exchange.fetchCandles(keyOf(longer), { limit: rows });
  const since = long.columns.date[0];
  const short = await exchange.fetchCandles(keyOf(shorter), { limit: 100_000, since });
  const sums = addedUp(short, timeframe(longer), volumeStep);
  for (let i = 0; i < long.length; i++) {
    const sum = sums.get(long.columns.date[i]);
    for (const name of prices) expect(long.columns[name][i]).toBe(sum?.[name]);
    expect(Math.round(long.columns.volume[i] / volumeStep)).toBe(sum?.volume);
  }
  expect(long.length).toBeGreaterThan(0);
}

describe('a simulated market is the same for everyone', () => {
  it('in other processes', async () => {
    const source = `
      const { simulatedExchange } = await import(${JSON.stringify(new URL('simulated-exchange.ts', import.meta.url).href)});
      const { digestFrame } = await import(${JSON.stringify(new URL('../../frame/index.ts', import.meta.url).href)});
      const clock = { now: () => ${NOW}, setTimer: () => ({ cancel() {} }) };
      const exchange = simulatedExchange({ seed: 7, pairs: 2, clock });
      const key = { pair: 'BTC/USDT', timeframe: '5m', candleType: 'spot' };
      const candles = await exchange.fetchCandles(key, { limit: 300, includeOpen: true });
      console.log(digestFrame(candles));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', source]);
    const here = await open().exchange.fetchCandles(keyOf('5m'), { limit: 300, includeOpen: true });
    expect(stdout.trim()).toBe(digestFrame(here));
  });

  it('whenever they start, however often they ask, and whatever else', async () => {
    const [early, late] = [open({}, NOW - 90 * 86_400_000), open({ pairs: 50 })];
    for (let hours = 0; hours < 90 * 24; hours += 7) {
      await early.exchange.fetchCandles(keyOf('5m'), { limit: 3, includeOpen: true });
      await early.exchange.fetchCandles(keyOf('1d', 'SOL/USDT'), { limit: 2 });
      early.clock.advance(7 * 3_600_000);
    }
    late.clock.set(early.clock.now());
    for (const text of ['1m', '5m', '4h', '1d', '1w', '1M']) {
      const request = { limit: 400, includeOpen: true };
      const [one, other] = [
        await early.exchange.fetchCandles(keyOf(text), request),
        await late.exchange.fetchCandles(keyOf(text), request),
      ];
      expect(framesEqual(one, other)).toBe(true);
    }
  });

  it('also after far more has been asked for than is kept', async () => {
    const { exchange } = open();
    const before = await exchange.fetchCandles(keyOf('1m'), { limit: 200 });
    await exchange.fetchCandles(keyOf('1m'), { limit: 20_000, since: NOW - 400 * 86_400_000 });
    expect(framesEqual(await exchange.fetchCandles(keyOf('1m'), { limit: 200 }), before)).toBe(true);
  });

  it('but not under another seed, and not for another pair', async () => {
    const [one, other] = [open(), open({ seed: 8 })];
    const request = { limit: 50 };
    const candles = await one.exchange.fetchCandles(keyOf('5m'), request);
    expect(framesEqual(await other.exchange.fetchCandles(keyOf('5m'), request), candles)).toBe(false);
    expect(framesEqual(await one.exchange.fetchCandles(keyOf('5m', 'ETH/USDT'), request), candles)).toBe(false);
  });
});

describe('longer candles are what shorter ones add up to', () => {
  const steps = [
    ['1m', '3m', 100],
    ['1m', '5m', 100],
    ['5m', '15m', 100],
    ['5m', '30m', 50],
    ['1m', '1h', 30],
    ['5m', '4h', 40],
    ['1h', '12h', 30],
    ['5m', '1d', 12],
    ['1d', '3d', 40],
    ['1d', '1w', 100],
    ['1h', '1M', 4],
    ['1d', '1M', 80],
  ] as const;

  it.each(steps)('%s to %s', async (shorter, longer, rows) => {
    await expectAddsUp(open().exchange, shorter, longer, rows);
    await expectAddsUp(open({ holes: 0.4 }).exchange, shorter, longer, rows);
  });

  it.each(['1m', '5m', '1h', '1d', '1w', '1M'])(
    'the open %s candle is what its minutes and trades are',
    async (text) => {
      const { clock, exchange } = open({ ticksPerMinute: 20 });
      const open1 = await exchange.fetchCandles(keyOf(text), { limit: 1, includeOpen: true });
      const since = candleOpen(NOW, timeframe(text));
      const minutes = await exchange.fetchCandles(keyOf('1m'), { limit: 100_000, since, includeOpen: true });
      const step = (await exchange.fetchMarkets())[0].amountPrecision ?? Number.NaN;
      const sum = addedUp(minutes, timeframe(text), step).get(since);
      for (const name of prices) expect(open1.last(name)).toBe(sum?.[name]);
      expect(Math.round((open1.last('volume') ?? 0) / step)).toBe(sum?.volume);
      expect(open1.last('date')).toBe(since);
      const close = nextCandleOpen(since, timeframe(text));
      clock.set(close - 1);
      const lastState = await exchange.fetchCandles(keyOf(text), { limit: 1, includeOpen: true });
      clock.set(close);
      const closed = await exchange.fetchCandles(keyOf(text), { limit: 1 });
      expect(lastState.slice(-1).row(0)).toEqual(closed.row(0));
    },
  );
});

describe('the open candle', () => {
  it('moves with each trade, and closed candles do not depend on how many there are', async () => {
    for (const ticksPerMinute of [4, 6, 60]) {
      const { clock, exchange } = open({ ticksPerMinute }, candleOpen(NOW, timeframe('1m')));
      const states = new Set<string>();
      for (let i = 0; i < 60_000; i += 100, clock.advance(100)) {
        const candles = await exchange.fetchCandles(keyOf('1m'), { limit: 1, includeOpen: true });
        if (candles.length === 2) states.add(JSON.stringify(candles.row(1)));
      }
      expect(states.size).toBe(ticksPerMinute);
      const closed = await exchange.fetchCandles(keyOf('1m'), { limit: 5 });
      clock.advance(1);
      const { exchange: usual } = open({}, clock.now());
      expect(framesEqual(await usual.fetchCandles(keyOf('1m'), { limit: 5 }), closed)).toBe(true);
    }
  });

  it('is missing before its first trade', async () => {
    const { exchange } = open({}, candleOpen(NOW, timeframe('1h')) - 1);
    expect((await exchange.fetchCandles(keyOf('1h'), { limit: 2, includeOpen: true })).length).toBe(3);
    const { exchange: next } = open({}, candleOpen(NOW, timeframe('1h')));
    const candles = await next.fetchCandles(keyOf('1h'), { limit: 2, includeOpen: true });
    expect([2, 3]).toContain(candles.length);
    if (candles.length === 3) expect(candles.at(2, 'high')).toBe(candles.at(2, 'low'));
  });
});

describe('what the market looks like', () => {
  it('has prices of many magnitudes that keep theirs, in whole steps, with possible candles', async () => {
    const { exchange } = open({ pairs: 120 });
    const magnitudes = new Set<number>();
    for (const { pair, pricePrecision = Number.NaN } of await exchange.fetchMarkets()) {
      const { high, low, close } = (await exchange.fetchCandles(keyOf('1d', pair), { limit: 3600 })).columns;
      const [first, last] = [close[0], close[close.length - 1]];
      magnitudes.add(Math.round(Math.log10(last)));
      expect(Math.abs(Math.log(last / first))).toBeLessThan(6);
      expect(last / pricePrecision).toBeGreaterThan(100);
      expect(Math.abs(last / pricePrecision - Math.round(last / pricePrecision))).toBeLessThan(1e-6);
      for (let i = 0; i < close.length; i++) expect(high[i] >= close[i] && close[i] >= low[i] && low[i] > 0).toBe(true);
    }
    expect(Math.min(...magnitudes)).toBeLessThanOrEqual(-6);
    expect(Math.max(...magnitudes)).toBeGreaterThanOrEqual(4);
    expect(magnitudes.size).toBeGreaterThan(9);
  });

  it('has pairs that move together in part', async () => {
    const { exchange } = open();
    const [btc, eth] = [await returns(exchange, 'BTC/USDT'), await returns(exchange, 'ETH/USDT')];
    const together = correlation(btc, eth);
    expect(together).toBeGreaterThan(0.1);
    expect(together).toBeLessThan(0.9);
  });

  it('has calm and wild times, and more volume in wild ones and in the afternoon', async () => {
    const { exchange } = open();
    const { high, low, volume } = (await exchange.fetchCandles(keyOf('1d'), { limit: 2000 })).columns;
    const ranges = Array.from({ length: high.length }, (_, i) => Math.log(high[i] / low[i]));
    expect(correlation(ranges.slice(0, -1), ranges.slice(1))).toBeGreaterThan(0.2);
    expect(correlation(ranges, Array.from(volume as ArrayLike<number>))).toBeGreaterThan(0.4);
    const hours = (await exchange.fetchCandles(keyOf('1h'), { limit: 24 * 60 })).columns;
    const byHour = new Float64Array(24);
    for (let i = 0; i < hours.date.length; i++) byHour[new Date(hours.date[i]).getUTCHours()] += hours.volume[i];
    expect(byHour[15]).toBeGreaterThan(1.5 * byHour[3]);
  });

  it('moves by more where volatility is higher', async () => {
    const spread = async (volatility: number) => deviation(await returns(open({ volatility }).exchange, 'BTC/USDT'));
    expect((await spread(2)) / (await spread(1))).toBeGreaterThan(1.5);
    expect((await spread(0.1)) / (await spread(1))).toBeLessThan(0.2);
  });

  it('misses the share of candles that holes says', async () => {
    const { exchange } = open({ holes: 0.2 });
    const since = candleOpen(NOW, timeframe('1d')) - 20 * 86_400_000;
    const candles = await exchange.fetchCandles(keyOf('5m'), { limit: 100_000, since });
    const share = 1 - candles.length / Math.floor((NOW - since) / 300_000);
    expect(share).toBeGreaterThan(0.18);
    expect(share).toBeLessThan(0.22);
    expect((await exchange.fetchCandles(keyOf('5m'), { limit: 500 })).length).toBe(500);
  });

  it('begins in 2017', async () => {
    const { exchange } = open();
    const months = await exchange.fetchCandles(keyOf('1M'), { limit: 1000 });
    expect(months.columns.date[0]).toBe(Date.UTC(2017, 0, 1));
    expect(months.length).toBe(9 * 12 + 10);
    expect(
      (await open({}, Date.UTC(2016, 5)).exchange.fetchCandles(keyOf('5m'), { limit: 5, includeOpen: true })).length,
    ).toBe(0);
  });
});

describe('pairs and options', () => {
  it('names as many different pairs as are asked for, always the same first ones', () => {
    const many = simulatedPairs(2000);
    expect(new Set(many).size).toBe(2000);
    expect(simulatedPairs(60)).toEqual(many.slice(0, 60));
    expect(many.slice(0, 3)).toEqual(['BTC/USDT', 'ETH/USDT', 'SOL/USDT']);
  });

  it('takes pairs by name, futures among them', async () => {
    const { exchange } = open({ pairs: [parsePair('FOO/EUR'), parsePair('BTC/USDT:USDT')] });
    const markets = await exchange.fetchMarkets();
    expect(markets.map((market) => market.candleTypes)).toEqual([['spot'], ['futures']]);
    expect((await exchange.fetchCandles(keyOf('1h', 'BTC/USDT:USDT'), { limit: 9 })).length).toBe(9);
    await expect(
      exchange.fetchCandles({ ...keyOf('1h', 'FOO/EUR'), candleType: 'futures' }, { limit: 9 }),
    ).rejects.toThrow('no futures candles of FOO/EUR; it has spot');
  });

  it.each<Partial<SimulatedExchangeOptions>>([
    { pairs: 0 },
    { pairs: 2001 },
    { pairs: [] },
    { ticksPerMinute: 3 },
    { ticksPerMinute: 6.5 },
    { volatility: 0 },
    { volatility: Number.NaN },
    { holes: 1 },
    { holes: -0.1 },
  ])('refuses %o', (options) => {
    const [name] = Object.keys(options);
    expect(() => open(options)).toThrow(name);
  });
});

/** Daily log returns. */
async function returns(exchange: Exchange, pair: string): Promise<number[]> {
  const { close } = (await exchange.fetchCandles(keyOf('1d', pair), { limit: 2000 })).columns;
  return Array.from({ length: close.length - 1 }, (_, i) => Math.log(close[i + 1] / close[i]));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return mean(a.map((value, i) => (value - meanA) * (b[i] - meanB))) / deviation(a) / deviation(b);
}

describe('tickers and order books', () => {
  it('have the figures that the last 24 hours of minutes add up to', async () => {
    const clock = manualClock(Date.UTC(2026, 10, 20, 9, 3, 20));
    const exchange = simulatedExchange({ seed: 'tickers', pairs: 5, clock, holes: 0.2 });
    for (const ticker of await exchange.fetchTickers()) {
      const key = { pair: ticker.pair, timeframe: parseTimeframe('1m'), candleType: 'spot' } as const;
      const since = Date.UTC(2026, 10, 19, 9, 3);
      const { columns } = await exchange.fetchCandles(key, { limit: 1440, since, includeOpen: true });
      const of = (name: 'high' | 'low' | 'volume') =>
        Array.from({ length: columns.date.length }, (_, i) => columns[name][i]);
      expect(ticker.open).toBe(columns.open[0]);
      expect(ticker.last).toBe(columns.close[columns.date.length - 1]);
      expect(ticker.high).toBe(Math.max(...of('high')));
      expect(ticker.low).toBe(Math.min(...of('low')));
      const volume = of('volume').reduce((sum, each) => sum + each, 0);
      expect(ticker.baseVolume).toBeCloseTo(volume, 6);
      const mean = (ticker.quoteVolume ?? 0) / volume;
      expect(mean).toBeGreaterThan(ticker.low ?? Infinity);
      expect(mean).toBeLessThan(ticker.high ?? 0);
      expect(ticker.percentage).toBeCloseTo((ticker.last / columns.open[0]) * 100 - 100, 9);
    }
  });

  it('stand on whole steps and change with the price', async () => {
    const clock = manualClock(Date.UTC(2026, 10, 20, 9, 3, 20));
    const exchange = simulatedExchange({ seed: 'books', pairs: 3, clock });
    const [market] = await exchange.fetchMarkets();
    const book = await exchange.fetchOrderBook(market.pair);
    expect(await exchange.fetchOrderBook(market.pair)).toEqual(book);
    for (const [price, amount] of [...book.bids, ...book.asks]) {
      for (const steps of [price / (market.pricePrecision ?? NaN), amount / (market.amountPrecision ?? NaN)]) {
        expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-4);
      }
    }
    clock.advance(60_000);
    expect((await exchange.fetchOrderBook(market.pair)).bids).not.toEqual(book.bids);
  });

  it('are empty before the market began', async () => {
    const exchange = simulatedExchange({ seed: 1, pairs: 2, clock: manualClock(Date.UTC(2016, 0, 1)) });
    expect(await exchange.fetchTickers()).toEqual([]);
    expect(await exchange.fetchOrderBook(simulatedPairs(1)[0])).toMatchObject({ bids: [], asks: [] });
  });

  it('tell what futures are settled in', async () => {
    const pair = parsePair('BTC/USDT:USDT');
    const exchange = simulatedExchange({ seed: 1, pairs: [pair], clock: manualClock(Date.UTC(2026, 0, 1)) });
    expect(await exchange.fetchMarkets()).toMatchObject([{ pair, settle: 'USDT', candleTypes: ['futures'] }]);
  });
});
