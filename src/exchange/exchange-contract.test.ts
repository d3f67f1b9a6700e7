import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { framesEqual } from '../frame/index.ts';
import {
  type Candles,
  type PairKey,
  candleColumns,
  candleOpen,
  nextCandleOpen,
  parsePair,
  parseTimeframe,
  timeframeMs,
} from '../market/index.ts';
import { createMarketServer } from '../market-server/index.ts';
import { type ManualClock, manualClock } from '../testing/index.ts';
import { silentLogger } from '../util/logger.ts';
import {
  type Exchange,
  ExchangeError,
  type ExchangeErrorCode,
  deepestBook,
  longestFetch,
  openDataFolder,
} from './index.ts';
import { ccxtExchange, recordedExchange, simulatedExchange } from './index.ts';

interface Subject {
  readonly exchange: Exchange;
  readonly clock: ManualClock;
}

interface Case {
  readonly name: string;
  /** Opens the exchange at a time in the middle of a candle, with hours before and after it. */
  readonly open: () => Promise<Subject>;
  readonly key: PairKey;
}

const fixtures = fileURLToPath(new URL('../../tests/fixtures/candles/datadir', import.meta.url));
const keyOf = (pair: string, timeframe: string): PairKey => ({
  pair: parsePair(pair),
  timeframe: parseTimeframe(timeframe),
  candleType: 'spot',
});

const cases: readonly Case[] = [
  {
    name: 'simulated',
    key: keyOf('ETH/USDT', '5m'),
    open: async () => {
      const clock = manualClock(Date.UTC(2026, 10, 20, 9, 3, 20));
      return { clock, exchange: simulatedExchange({ seed: 'contract', pairs: 3, clock }) };
    },
  },
  {
    name: 'simulated with holes',
    key: keyOf('ETH/USDT', '5m'),
    open: async () => {
      const clock = manualClock(Date.UTC(2026, 10, 20, 9, 3, 20));
      return { clock, exchange: simulatedExchange({ seed: 'contract', pairs: 3, clock, holes: 0.3 }) };
    },
  },
  {
    name: 'recorded',
    key: keyOf('AAA/USDT', '5m'),
    open: async () => {
      const clock = manualClock(Date.UTC(2023, 10, 15, 4, 3, 20));
      const folder = await openDataFolder(fixtures);
      return { clock, exchange: recordedExchange({ folder, clock, endsAt: Date.UTC(2023, 10, 15, 12) }) };
    },
  },
  { name: 'ccxt by REST', key: keyOf('ETH/USDT', '5m'), open: () => openThroughCcxt(false) },
  { name: 'ccxt with websockets', key: keyOf('ETH/USDT', '5m'), open: () => openThroughCcxt(true) },
];

/** The simulated market behind a server that speaks an exchange's API, reached through ccxt. */
async function openThroughCcxt(webSockets: boolean): Promise<Subject> {
  const clock = manualClock(Date.UTC(2026, 10, 20, 9, 3, 20));
  const market = simulatedExchange({ seed: 'contract', pairs: 3, clock });
  const server = await createMarketServer({
    exchange: market,
    logger: silentLogger,
    openView: (past) => simulatedExchange({ seed: 'contract', pairs: 3, clock: past }),
  });
  const { ccxtUrls } = await server.listen();
  const through = await ccxtExchange({
    name: 'binance',
    tradingMode: 'spot',
    logger: silentLogger,
    clock,
    urls: ccxtUrls,
    webSockets,
    ccxtConfig: { enableRateLimit: false },
  });
  afterTest.push(async () => {
    await through.close();
    await server.close();
  });
  return { clock, exchange: through };
}

const afterTest: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of afterTest.splice(0)) await end();
});

const codeOf = async (call: Promise<unknown>): Promise<ExchangeErrorCode | undefined> => {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ExchangeError);
  return error instanceof ExchangeError ? error.code : undefined;
};

/** Every cell of a frame, copied. */
const cellsOf = (candles: Candles) =>
  candleColumns.map((name) => Array.from(candles.columns[name] as ArrayLike<number>));

describe.each(cases)('every exchange: $name', ({ open, key }) => {
  const step = timeframeMs(key.timeframe);

  it('gives closed candles only, none from the future, and all there are', async () => {
    const { exchange, clock } = await open();
    const seen: { now: number; candles: Candles }[] = [];
    for (let i = 0; i < 80; i++, clock.advance(37_000)) {
      seen.push({ now: clock.now(), candles: await exchange.fetchCandles(key, { limit: 20 }) });
    }
    clock.advance(step);
    const later = await exchange.fetchCandles(key, { limit: 100 });
    const dates = Array.from(later.columns.date as ArrayLike<number>);
    for (const { now, candles } of seen) {
      const closed = dates.filter((date) => nextCandleOpen(date, key.timeframe) <= now).slice(-20);
      expect(Array.from(candles.columns.date as ArrayLike<number>)).toEqual(closed);
    }
    await exchange.close();
  });

  it('gives the same when asked twice, by itself and by another', async () => {
    const [one, other] = [await open(), await open()];
    const first = await one.exchange.fetchCandles(key, { limit: 40, includeOpen: true });
    const second = await one.exchange.fetchCandles(key, { limit: 40, includeOpen: true });
    await other.exchange.fetchCandles({ ...key, timeframe: parseTimeframe('1h') }, { limit: 3 });
    const third = await other.exchange.fetchCandles(key, { limit: 40, includeOpen: true });
    expect(first.length).toBeGreaterThan(10);
    expect(framesEqual(first, second)).toBe(true);
    expect(framesEqual(first, third)).toBe(true);
  });

  it('extends earlier answers and never changes them', async () => {
    const { exchange, clock } = await open();
    const earlier = await exchange.fetchCandles(key, { limit: 40 });
    const before = cellsOf(earlier);
    for (let i = 0; i < 30; i++) {
      clock.advance(61_000);
      const candles = await exchange.fetchCandles(key, { limit: 40, includeOpen: true });
      candles.append(candles.slice(-1));
    }
    const later = await exchange.fetchCandles(key, { limit: 100, since: earlier.columns.date[0] });
    expect(later.length).toBeGreaterThan(earlier.length);
    expect(framesEqual(later.slice(0, earlier.length), earlier)).toBe(true);
    expect(cellsOf(earlier)).toEqual(before);
  });

  it('keeps to limit and since', async () => {
    const { exchange, clock } = await open();
    const all = await exchange.fetchCandles(key, { limit: 30 });
    expect(all.length).toBe(30);
    expect(framesEqual(await exchange.fetchCandles(key, { limit: 7 }), all.slice(-7))).toBe(true);
    const since = all.columns.date[12];
    expect(framesEqual(await exchange.fetchCandles(key, { limit: 30, since }), all.slice(12))).toBe(true);
    expect(framesEqual(await exchange.fetchCandles(key, { limit: 30, since: since - 1 }), all.slice(12))).toBe(true);
    expect(framesEqual(await exchange.fetchCandles(key, { limit: 3, since }), all.slice(-3))).toBe(true);
    expect(framesEqual(await exchange.fetchCandles(key, { limit: 30, since: since + 1 }), all.slice(13))).toBe(true);
    expect((await exchange.fetchCandles(key, { limit: 30, since: clock.now(), includeOpen: true })).length).toBe(0);
  });

  it('refuses limits and dates that can not be meant', async () => {
    const { exchange } = await open();
    for (const limit of [0, -1, 1.5, Number.NaN, Infinity, longestFetch + 1]) {
      expect(await codeOf(exchange.fetchCandles(key, { limit }))).toBe('EXCHANGE_BAD_OPTION');
    }
    expect(await codeOf(exchange.fetchCandles(key, { limit: 1, since: Number.NaN }))).toBe('EXCHANGE_BAD_OPTION');
    expect((await exchange.fetchCandles(key, { limit: longestFetch })).length).toBeGreaterThan(30);
  });

  it('lets the open candle grow into the closed one', async () => {
    const { exchange, clock } = await open();
    let [grown, closedSeen] = [0, 0];
    let before: ReturnType<Candles['row']>;
    for (let i = 0; i < 400; i++, clock.advance(11_000)) {
      const now = clock.now();
      const candles = await exchange.fetchCandles(key, { limit: 2, includeOpen: true });
      const last = candles.row(candles.length - 1);
      const isOpen = last !== undefined && nextCandleOpen(last.date, key.timeframe) > now;
      const after = [0, 1, 2].map((row) => candles.row(row)).find((row) => row?.date === before?.date);
      if (before && after) {
        expect(after.open).toBe(before.open);
        expect(after.high).toBeGreaterThanOrEqual(before.high);
        expect(after.low).toBeLessThanOrEqual(before.low);
        expect(after.volume).toBeGreaterThanOrEqual(before.volume * (1 - 1e-12));
        if (after.volume > before.volume) grown++;
        if (!isOpen || after !== last) closedSeen++;
      }
      if (isOpen) expect(last.date).toBe(candleOpen(now, key.timeframe));
      before = isOpen ? last : undefined;
    }
    expect(grown).toBeGreaterThan(20);
    expect(closedSeen).toBeGreaterThan(3);
  });

  it('gives ascending, unique, aligned dates and possible prices in every timeframe', async () => {
    const { exchange } = await open();
    const timeframes = await timeframesOf(exchange, key);
    expect(timeframes.length).toBeGreaterThan(2);
    for (const timeframe of timeframes) {
      const { date, open, high, low, close, volume } = (
        await exchange.fetchCandles({ ...key, timeframe }, { limit: 50, includeOpen: true })
      ).columns;
      for (let i = 0; i < date.length; i++) {
        expect(candleOpen(date[i], timeframe)).toBe(date[i]);
        if (i > 0) expect(date[i]).toBeGreaterThan(date[i - 1]);
        expect(high[i]).toBeGreaterThanOrEqual(Math.max(open[i], close[i]));
        expect(low[i]).toBeLessThanOrEqual(Math.min(open[i], close[i]));
        expect(low[i]).toBeGreaterThan(0);
        expect(volume[i]).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('names what there is where something else is asked for', async () => {
    const { exchange } = await open();
    const pair = parsePair(`${key.pair}X`);
    const ask = (other: Partial<PairKey>) => exchange.fetchCandles({ ...key, ...other }, { limit: 1 });
    expect(await codeOf(ask({ pair }))).toBe('EXCHANGE_UNKNOWN_PAIR');
    await expect(ask({ pair })).rejects.toThrow(`did you mean "${key.pair}"?`);
    expect(await codeOf(ask({ timeframe: parseTimeframe('7m') }))).toBe('EXCHANGE_UNKNOWN_TIMEFRAME');
    await expect(ask({ timeframe: parseTimeframe('7m') })).rejects.toThrow(/it has (1s, )?1m, .*1h/);
    expect(await codeOf(ask({ candleType: 'index' }))).toBe('EXCHANGE_UNKNOWN_CANDLE_TYPE');
    await expect(ask({ candleType: 'index' })).rejects.toThrow('spot');
  });

  it('tells its markets', async () => {
    const { exchange } = await open();
    const markets = await exchange.fetchMarkets();
    const [base, quote] = key.pair.split('/');
    expect(new Set(markets.map((market) => market.pair)).size).toBe(markets.length);
    expect(markets.find((market) => market.pair === key.pair)).toMatchObject({ base, quote, candleTypes: ['spot'] });
    expect(exchange.timeframes).toContain(key.timeframe);
    expect(markets.every(({ isActive }) => isActive)).toBe(true);
  });

  it('gives tickers that agree with the candles', async () => {
    const { exchange, clock } = await open();
    const markets = await exchange.fetchMarkets();
    for (let i = 0; i < 20; i++, clock.advance(41_000)) {
      const [ticker] = await exchange.fetchTickers({ pairs: [key.pair] });
      const since = clock.now() - 24 * 3_600_000;
      const candles = await exchange.fetchCandles(key, { limit: 24 * 12, since, includeOpen: true });
      expect(ticker.pair).toBe(key.pair);
      expect(Math.abs(ticker.time - clock.now())).toBeLessThan(step);
      const { bid = 0, ask = Infinity, high = Infinity, low = 0 } = ticker;
      expect(ask).toBeGreaterThan(bid);
      expect(ticker.last).toBeGreaterThanOrEqual(low);
      expect(ticker.last).toBeLessThanOrEqual(high);
      // The recorded one is of a shorter timeframe, with holes of its own.
      expect(ticker.last).toBeGreaterThanOrEqual((candles.last('low') ?? 0) * 0.98);
      expect(ticker.last).toBeLessThanOrEqual((candles.last('high') ?? 0) * 1.02);
      const of24h = candles.columns.volume;
      const volumes = Array.from({ length: candles.length }, (_, row) => of24h[row]);
      const traded = volumes.reduce((sum, volume) => sum + volume, 0);
      if (ticker.baseVolume !== undefined) expect(Math.abs(ticker.baseVolume / traded - 1)).toBeLessThan(0.1);
    }
    const all = await exchange.fetchTickers();
    expect(all.length).toBeGreaterThan(1);
    expect(new Set(all.map(({ pair }) => pair)).size).toBe(all.length);
    for (const { pair } of all) expect(markets.map((market) => market.pair)).toContain(pair);
    expect(await exchange.fetchTickers({ pairs: [] })).toEqual([]);
    expect(await codeOf(exchange.fetchTickers({ pairs: [parsePair(`${key.pair}X`)] }))).toBe('EXCHANGE_UNKNOWN_PAIR');
  });

  it('gives an order book whose best prices are those of the ticker', async () => {
    const { exchange } = await open();
    const [ticker] = await exchange.fetchTickers({ pairs: [key.pair] });
    const { bids, asks, pair, time } = await exchange.fetchOrderBook(key.pair, { limit: 20 });
    expect([pair, time, bids.length, asks.length]).toEqual([key.pair, ticker.time, 20, 20]);
    expect([bids[0][0], asks[0][0]]).toEqual([ticker.bid, ticker.ask]);
    for (let i = 1; i < 20; i++) {
      expect(bids[i][0]).toBeLessThan(bids[i - 1][0]);
      expect(asks[i][0]).toBeGreaterThan(asks[i - 1][0]);
    }
    expect([...bids, ...asks].every(([price, amount]) => price > 0 && amount > 0)).toBe(true);
    const shallow = await exchange.fetchOrderBook(key.pair, { limit: 5 });
    expect(shallow.bids).toEqual(bids.slice(0, 5));
    for (const limit of [0, 2.5, deepestBook + 1]) {
      expect(await codeOf(exchange.fetchOrderBook(key.pair, { limit }))).toBe('EXCHANGE_BAD_OPTION');
    }
    expect(await codeOf(exchange.fetchOrderBook(parsePair(`${key.pair}X`)))).toBe('EXCHANGE_UNKNOWN_PAIR');
  });

  it('rejects with the reason of a signal that has aborted', async () => {
    const { exchange } = await open();
    const reason = new Error('no longer wanted');
    const aborted = AbortSignal.abort(reason);
    await expect(exchange.fetchCandles(key, { limit: 1, signal: aborted })).rejects.toBe(reason);
    await expect(exchange.fetchTickers({ signal: aborted })).rejects.toBe(reason);
    await expect(exchange.fetchMarkets({ signal: aborted })).rejects.toBe(reason);
    await expect(exchange.fetchOrderBook(key.pair, { signal: aborted })).rejects.toBe(reason);
    const { signal } = new AbortController();
    expect((await exchange.fetchCandles(key, { limit: 1, signal })).length).toBe(1);
  });

  it('closes more than once, and tells who asks afterwards', async () => {
    const { exchange } = await open();
    await exchange.close();
    await exchange.close();
    expect(await codeOf(exchange.fetchCandles(key, { limit: 1 }))).toBe('EXCHANGE_CLOSED');
    expect(await codeOf(exchange.fetchTickers())).toBe('EXCHANGE_CLOSED');
    expect(await codeOf(exchange.fetchOrderBook(key.pair))).toBe('EXCHANGE_CLOSED');
  });
});

/** The timeframes that an exchange has for a key's pair. */
async function timeframesOf(exchange: Exchange, key: PairKey) {
  const there = [];
  for (const timeframe of exchange.timeframes) {
    const candles = await exchange.fetchCandles({ ...key, timeframe }, { limit: 1 }).catch(() => undefined);
    if (candles) there.push(timeframe);
  }
  return there;
}
