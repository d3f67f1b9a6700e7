import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Candles, type Pair, parseTimeframe } from '../../../src/market/index.ts';
import { isObject } from '../../../src/util/is-object.ts';
import { KEY, type MarketScene, PAIRS, SECRET, START, marketScene } from '../../e2e/market-server-scene.ts';
import { type PythonCalls, pythonCalls } from '../python-calls.ts';
import { ENVIRONMENT_PATIENCE_MS, type PythonEnvironment, pythonEnvironment } from '../python-environment.ts';

const CALLS = fileURLToPath(new URL('calls.py', import.meta.url));
const [BTC, ETH, SHIB, BTC_FUTURES] = PAIRS;
const MINUTE = 60_000;

let environment: PythonEnvironment | undefined;
const started: PythonCalls[] = [];

beforeAll(async () => {
  environment = await pythonEnvironment('ccxt/requirements.txt');
}, ENVIRONMENT_PATIENCE_MS);

beforeEach((context) => {
  if (environment === undefined) context.skip('no Python environment');
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((calls) => calls.close()));
});

/** ccxt for Python, pointed at a scene's server. */
function python({ address }: MarketScene, more: Readonly<Record<string, unknown>> = {}): PythonCalls {
  if (environment === undefined) throw new Error('no Python environment');
  const settings = { urls: address.ccxtUrls, apiKey: KEY, secret: SECRET, enableRateLimit: false, ...more };
  const calls = pythonCalls(environment, CALLS, settings);
  started.push(calls);
  return calls;
}

function rows({ columns }: Candles): readonly (readonly number[])[] {
  const { date, open, high, low, close, volume } = columns;
  return Array.from(date, (time, i) => [time, open[i], high[i], low[i], close[i], volume[i]]);
}

const key = (pair: Pair, timeframe: string) => ({
  pair,
  timeframe: parseTimeframe(timeframe),
  candleType: pair.includes(':') ? ('futures' as const) : ('spot' as const),
});

function field(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const name of path) at = isObject(at) ? at[name] : undefined;
  return at;
}

describe("Python's ccxt", () => {
  it('loads the markets and tells the time', async () => {
    const scene = await marketScene();
    const calls = python(scene);
    const markets = await calls.result('load_markets');
    expect(isObject(markets) && Object.keys(markets).sort()).toEqual([...PAIRS].sort());
    for (const { pair, pricePrecision, amountPrecision } of await scene.exchange.fetchMarkets()) {
      expect(field(markets, pair, 'precision')).toMatchObject({ price: pricePrecision, amount: amountPrecision });
    }
    expect(await calls.result('fetch_time')).toBe(START);
  });

  it.each([
    [BTC, '1m'],
    [SHIB, '5m'],
    [BTC_FUTURES, '1h'],
  ])("fetches the exchange's own candles of %s, %s, to the last digit", async (pair, timeframe) => {
    const scene = await marketScene();
    const calls = python(scene);
    const own = await scene.exchange.fetchCandles(key(pair, timeframe), { limit: 499, includeOpen: true });
    expect(await calls.result('fetch_ohlcv', pair, timeframe)).toEqual(rows(own));
    const since = own.columns.date[100];
    expect(await calls.result('fetch_ohlcv', pair, timeframe, since, 50)).toEqual(rows(own).slice(100, 150));
  });

  it('fetches tickers and the book', async () => {
    const scene = await marketScene();
    const calls = python(scene);
    const tickers = await calls.result('fetch_tickers');
    for (const { pair, last, baseVolume } of await scene.exchange.fetchTickers()) {
      if (!pair.includes(':')) expect(field(tickers, pair)).toMatchObject({ last, baseVolume });
    }
    const { bids, asks } = await scene.exchange.fetchOrderBook(ETH, { limit: 20 });
    expect(await calls.result('fetch_order_book', ETH, 20)).toMatchObject({ bids, asks });
  });

  it('places, reads and cancels orders of the paper account', async () => {
    const scene = await marketScene();
    const calls = python(scene);
    const bought = await calls.result('create_order', BTC, 'market', 'buy', 0.01);
    expect(bought).toMatchObject({ status: 'closed', filled: 0.01 });
    const order = await calls.result('create_order', BTC, 'limit', 'sell', 0.5, 90_000);
    const id = field(order, 'id');
    expect(await calls.result('fetch_order', id, BTC)).toMatchObject({ status: 'open', amount: 0.5, price: 90_000 });
    expect(await calls.result('fetch_open_orders', BTC)).toHaveLength(1);
    expect(await calls.result('cancel_order', id, BTC)).toMatchObject({ status: 'canceled' });
    expect(await calls.result('fetch_my_trades', BTC)).toMatchObject([{ order: field(bought, 'id'), amount: 0.01 }]);
    expect(field(await calls.result('fetch_balance'), 'BTC', 'used')).toBe(0);
    const tooMuch = await calls.call('create_order', BTC, 'market', 'buy', 5);
    expect(tooMuch.error).toContain('InsufficientFunds');
  });

  it.each([
    ['429', { '429': {} }, 'DDoSProtection'],
    ['418', { '418': {} }, 'DDoSProtection'],
    ['5xx', { '5xx': {} }, 'OperationFailed'],
    ['timeout', { timeout: {} }, 'RequestTimeout'],
  ] as const)('sees the fault %s as its own error', async (_, faults, name) => {
    const scene = await marketScene();
    const calls = python(scene, { timeout: 1000 });
    await calls.result('load_markets');
    scene.server.faults = faults;
    const answer = await calls.call('fetch_ohlcv', BTC, '1m');
    expect(answer.error).toContain(name);
  });

  it('is told that its clock is wrong', async () => {
    const scene = await marketScene({ faults: { skew: { ms: 3_600_000 } } });
    expect((await python(scene).call('fetch_balance')).error).toContain('InvalidNonce');
  });
});

describe("Python's ccxt.pro", () => {
  it.each([BTC, BTC_FUTURES])('watches the candles of %s until they have closed', async (pair) => {
    const scene = await marketScene();
    const calls = python(scene, { pro: true });
    const seen = new Map<number, unknown>();
    const watch = async () => {
      const watched = await calls.result('watch_ohlcv', pair, '1m');
      if (Array.isArray(watched)) for (const row of watched) seen.set(row[0], row);
    };
    scene.flow();
    await watch();
    const [first] = seen.keys();
    while (!seen.has(first + 3 * MINUTE)) await watch();
    const own = rows(await scene.exchange.fetchCandles(key(pair, '1m'), { limit: 1000, since: first + MINUTE }));
    for (const row of own.slice(0, 2)) expect(seen.get(row[0])).toEqual(row);
  });

  it('watches tickers', async () => {
    const scene = await marketScene();
    const tickers = await python(scene, { pro: true }).result('watch_tickers', [ETH]);
    const [own] = await scene.exchange.fetchTickers({ pairs: [ETH] });
    expect(field(tickers, ETH, 'last')).toBe(own.last);
  });
});
