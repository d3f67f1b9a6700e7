import ccxt, { type OHLCV } from 'ccxt';
import { describe, expect, it } from 'vitest';
import { longestFetch, simulatedExchange } from '../../src/exchange/index.ts';
import { type Candles, type Pair, parseTimeframe } from '../../src/market/index.ts';
import { systemClock } from '../../src/util/clock.ts';
import { KEY, PAIRS, SECRET, START, marketScene } from './market-server-scene.ts';

const [BTC, ETH, SHIB, BTC_FUTURES] = PAIRS;
const MINUTE = 60_000;
const key = (pair: Pair, timeframe: string) => ({
  pair,
  timeframe: parseTimeframe(timeframe),
  candleType: pair.includes(':') ? ('futures' as const) : ('spot' as const),
});

/** Candles as ccxt gives them. */
function rows({ columns }: Candles): OHLCV[] {
  const { date, open, high, low, close, volume } = columns;
  return Array.from(date, (time, i) => [time, open[i], high[i], low[i], close[i], volume[i]]);
}

describe('markets', () => {
  it('are those of the exchange, with its steps and limits', async () => {
    const { client, exchange } = await marketScene();
    const ex = client();
    expect(Object.keys(await ex.loadMarkets()).sort()).toEqual([...PAIRS].sort());
    for (const market of await exchange.fetchMarkets()) {
      const { base, quote, active, precision, limits } = ex.market(market.pair);
      expect({ base, quote, active }).toEqual({ base: market.base, quote: market.quote, active: true });
      expect(precision).toMatchObject({ price: market.pricePrecision, amount: market.amountPrecision });
      expect(limits.cost?.min).toBe(market.limits?.cost?.min);
    }
  });

  it('tell the time of the market', async () => {
    const { client, clock } = await marketScene();
    expect(await client().fetchTime()).toBe(START);
    clock.advance(1234);
    expect(await client().fetchTime()).toBe(START + 1234);
  });
});

describe('candles', () => {
  it.each([
    [BTC, '1m'],
    [SHIB, '5m'],
    [ETH, '1h'],
    [BTC, '1w'],
    [BTC, '1M'],
    [BTC_FUTURES, '15m'],
  ])('of %s, %s, are the newest of the exchange to the last digit, the open one last', async (pair, timeframe) => {
    const { client, exchange } = await marketScene();
    const own = await exchange.fetchCandles(key(pair, timeframe), { limit: 99, includeOpen: true });
    expect(await client().fetchOHLCV(pair, timeframe, undefined, 100)).toEqual(rows(own));
  });

  it.each([true, false])('come in pages from any time on, with a view of the past: %s', async (hasView) => {
    const { client, exchange } = await marketScene({ holes: 0.3, hasView });
    const since = START - 3 * 86_400_000;
    const own = rows(await exchange.fetchCandles(key(BTC, '5m'), { limit: 2000, since, includeOpen: true }));
    const ex = client();
    const paged: OHLCV[] = [];
    for (let from: number = since; ;) {
      const page = await ex.fetchOHLCV(BTC, '5m', from, 100);
      paged.push(...page);
      if (page.length < 100) break;
      from = Number(page[99][0]) + 1;
    }
    expect(own.length).toBeGreaterThan(300);
    expect(paged).toEqual(own);
  });

  it.each([true, false])('end where they are asked to, with a view of the past: %s', async (hasView) => {
    const { client, exchange } = await marketScene({ hasView });
    const own = rows(await exchange.fetchCandles(key(BTC, '1m'), { limit: 50 }));
    const [from, until] = [Number(own[10][0]), Number(own[20][0])];
    const ex = client();
    expect(await ex.fetchOHLCV(BTC, '1m', from, 100, { until })).toEqual(own.slice(10, 21));
    expect(await ex.fetchOHLCV(BTC, '1m', undefined, 5, { until })).toEqual(own.slice(16, 21));
    expect(await ex.fetchOHLCV(BTC, '1m', from - 1, 100, { until: until - 1 })).toEqual(own.slice(10, 20));
  });

  it('begin with the market however early they are asked for, and end with the present', async () => {
    const { client, exchange } = await marketScene();
    const months = rows(await exchange.fetchCandles(key(BTC, '1M'), { limit: 1000, includeOpen: true }));
    const ex = client();
    const first = await ex.fetchOHLCV(BTC, '1m', 0, 3);
    expect(first.map(([time]) => time)).toEqual([0, 1, 2].map((i) => Number(months[0][0]) + i * MINUTE));
    expect(await ex.fetchOHLCV(BTC, '1M', 0, 1000)).toEqual(months);
    expect(await ex.fetchOHLCV(BTC, '1m', START + MINUTE, 10)).toEqual([]);
  });

  it('that lie too far back without a view of the past are refused', async () => {
    const { client } = await marketScene({ hasView: false });
    const since = START - (longestFetch + 10) * MINUTE;
    await expect(client().fetchOHLCV(BTC, '1m', since, 10)).rejects.toThrow(/-1127.*100000/);
  });

  it('of unknown symbols and intervals are refused in the words of Binance', async () => {
    const { address } = await marketScene();
    const ask = async (query: string) => (await fetch(`${address.ccxtUrls.api.public}/klines?${query}`)).json();
    expect(await ask('symbol=NOPE&interval=1m')).toEqual({ code: -1121, msg: 'Invalid symbol.' });
    expect(await ask('symbol=BTCUSDT&interval=7m')).toEqual({ code: -1120, msg: 'Invalid interval.' });
    expect(await ask('symbol=BTCUSDT')).toMatchObject({ code: -1102 });
    expect(await ask('symbol=BTCUSDT&interval=1m&limit=x')).toMatchObject({ code: -1100 });
    expect(await ask('symbol=BTCUSDT&interval=1m&limit=0')).toMatchObject({ code: -1100 });
  });
});

describe('tickers and book', () => {
  it('are those of the exchange', async () => {
    const { client, exchange } = await marketScene();
    const ex = client();
    const tickers = await ex.fetchTickers();
    const own = await exchange.fetchTickers();
    for (const ticker of own.filter(({ pair }) => !pair.includes(':'))) {
      const { last, open, high, low, bid, ask, baseVolume, quoteVolume } = ticker;
      const figures = { last, open, high, low, bid, ask, baseVolume, quoteVolume };
      expect(tickers[ticker.pair]).toMatchObject({ ...figures, timestamp: START });
    }
    expect(Object.keys(tickers)).toHaveLength(3);
    expect((await ex.fetchTicker(BTC_FUTURES)).last).toBe(own.find(({ pair }) => pair === BTC_FUTURES)?.last);
    const book = await exchange.fetchOrderBook(SHIB, { limit: 10 });
    expect(await ex.fetchOrderBook(SHIB, 10)).toMatchObject({ bids: book.bids, asks: book.asks });
    const best = await ex.fetchBidsAsks([BTC]);
    const [[bid], [ask]] = await exchange.fetchOrderBook(BTC).then(({ bids, asks }) => [bids[0], asks[0]]);
    expect(best[BTC]).toMatchObject({ bid, ask });
  });

  it.each(['trades', 'aggTrades', 'historicalTrades'])('%s of none are refused', async (path) => {
    const { address } = await marketScene();
    const response = await fetch(`${address.ccxtUrls.api.public}/${path}?symbol=BTCUSDT&limit=0`);
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ code: -1100 })]);
  });

  it('trades add up to the candles', async () => {
    const { client, exchange } = await marketScene();
    const own = await exchange.fetchCandles(key(BTC, '1m'), { limit: 3 });
    const trades = await client().fetchTrades(BTC, own.columns.date[0], 12);
    expect(trades).toHaveLength(12);
    for (const [i, [time, open, high, low, close, volume]] of rows(own).entries()) {
      const part = trades.slice(4 * i, 4 * i + 4);
      const prices = part.map(({ price }) => Number(price));
      expect([prices[0], Math.max(...prices), Math.min(...prices), prices[3]]).toEqual([open, high, low, close]);
      expect(part.reduce((sum, { amount }) => sum + Number(amount), 0)).toBeCloseTo(Number(volume), 8);
      expect(part[0].timestamp).toBe(time);
    }
  });
});

describe('the paper account', () => {
  it('buys at the market, at the prices of the book, for a fee', async () => {
    const { client, exchange } = await marketScene();
    const ex = client();
    const { asks } = await exchange.fetchOrderBook(BTC, { limit: 1 });
    const order = await ex.createOrder(BTC, 'market', 'buy', 0.01);
    expect(order).toMatchObject({ status: 'closed', filled: 0.01, average: asks[0][0], remaining: 0 });
    const { BTC: btc, USDT: usdt } = await ex.fetchBalance();
    const fee = (await exchange.fetchMarkets())[0].fees?.taker ?? 0.001;
    expect(btc.free).toBeCloseTo(0.5 + 0.01 * (1 - fee), 12);
    expect(usdt.free).toBeCloseTo(1000 - 0.01 * asks[0][0], 9);
    const [trade] = await ex.fetchMyTrades(BTC);
    expect(trade).toMatchObject({ order: order.id, takerOrMaker: 'taker', amount: 0.01, fee: { currency: 'BTC' } });
  });

  it('sets money aside for an order that rests, fills it when a later candle comes to its price, at its price', async () => {
    const { client, exchange, clock } = await marketScene();
    const ex = client();
    const { last } = (await exchange.fetchTickers({ pairs: [BTC] }))[0];
    await ex.loadMarkets();
    const price = Number(ex.priceToPrecision(BTC, last * 0.99));
    const order = await ex.createOrder(BTC, 'limit', 'buy', 0.01, price);
    expect(order).toMatchObject({ status: 'open', filled: 0 });
    expect((await ex.fetchBalance()).USDT).toMatchObject({ used: 0.01 * price, free: 1000 - 0.01 * price });
    let filled = await ex.fetchOrder(String(order.id), BTC);
    for (let hour = 0; hour < 500 && filled.status === 'open'; hour++) {
      clock.advance(3_600_000);
      filled = await ex.fetchOrder(String(order.id), BTC);
    }
    const since = START + 30_000;
    const candles = rows(await exchange.fetchCandles(key(BTC, '1m'), { limit: 50_000, since }));
    const reached = candles.find(([, , , low]) => Number(low) <= price);
    expect(filled).toMatchObject({ status: 'closed', filled: 0.01, average: price });
    expect(filled.lastTradeTimestamp).toBe(Number(reached?.[0]) + MINUTE - 1);
    expect((await ex.fetchBalance()).USDT).toMatchObject({ used: 0 });
    expect(await ex.fetchOpenOrders(BTC)).toEqual([]);
  });

  it('frees the money of a cancelled order, and lists it', async () => {
    const { client } = await marketScene();
    const ex = client();
    const order = await ex.createOrder(BTC, 'limit', 'sell', 0.5, 90_000);
    expect((await ex.fetchOpenOrders(BTC)).map(({ id }) => id)).toEqual([order.id]);
    expect((await ex.fetchBalance()).BTC).toMatchObject({ free: 0, used: 0.5 });
    expect(await ex.cancelOrder(String(order.id), BTC)).toMatchObject({ status: 'canceled' });
    expect((await ex.fetchBalance()).BTC).toMatchObject({ free: 0.5, used: 0 });
    expect((await ex.fetchOrders(BTC)).map(({ status }) => status)).toEqual(['canceled']);
    await expect(ex.cancelOrder(String(order.id), BTC)).rejects.toThrow(ccxt.OrderNotFound);
    await expect(ex.fetchOrder('77', BTC)).rejects.toThrow(ccxt.OrderNotFound);
  });

  it('refuses what it cannot pay, and what the market does not allow', async () => {
    const { client } = await marketScene();
    const ex = client();
    await ex.loadMarkets();
    await expect(ex.createOrder(BTC, 'market', 'buy', 5)).rejects.toThrow(ccxt.InsufficientFunds);
    await expect(ex.createOrder(BTC, 'limit', 'sell', 0.6, 90_000)).rejects.toThrow(ccxt.InsufficientFunds);
    await expect(ex.createOrder(BTC, 'limit', 'buy', 0.00001, 1)).rejects.toThrow(ccxt.BadRequest);
    const tooDear = ex.createOrder(BTC, 'limit', 'buy', 0.01, 90_000, { postOnly: true });
    await expect(tooDear).rejects.toThrow(ccxt.ExchangeError);
    expect((await ex.fetchBalance()).total).toEqual({ USDT: 1000, BTC: 0.5 });
  });

  it('knows its holder by key, signature and time', async () => {
    const { client, server } = await marketScene();
    await expect(client({ secret: 'wrong' }).fetchBalance()).rejects.toThrow(/-1022/);
    await expect(client({ apiKey: 'wrong' }).fetchBalance()).rejects.toThrow(ccxt.AuthenticationError);
    await expect(client({ options: { recvWindow: 70_000 } }).fetchBalance()).rejects.toThrow(/-1100/);
    server.faults = { skew: { ms: 3_600_000 } };
    await expect(client().fetchBalance()).rejects.toThrow(ccxt.InvalidNonce);
    server.faults = { skew: { ms: -3_600_000 } };
    await expect(client().fetchBalance()).rejects.toThrow(ccxt.InvalidNonce);
  });

  it('is served by the time of the market where that is the present', async () => {
    const clock = systemClock;
    const exchange = simulatedExchange({ seed: 1, pairs: [BTC], clock });
    const { client } = await marketScene({
      exchange,
      hasView: false,
      account: { apiKey: KEY, secret: SECRET, balances: { USDT: '7.5' } },
    });
    expect((await client().fetchBalance()).USDT.free).toBe(7.5);
    const past = await marketScene({ account: { apiKey: KEY, secret: SECRET, balances: {} } });
    await expect(past.client().fetchBalance()).rejects.toThrow(ccxt.InvalidNonce);
  });

  it('is not there where none was made', async () => {
    const { client } = await marketScene({ hasAccount: false });
    await expect(client().fetchBalance()).rejects.toThrow(ccxt.AuthenticationError);
  });
});

describe('requests', () => {
  it('are counted by what they ask for, and weighed', async () => {
    const { server, address } = await marketScene();
    const url = `${address.ccxtUrls.api.public}/klines?symbol=BTCUSDT&interval=5m`;
    const weights = [await fetch(url), await fetch(url)].map(({ headers }) => Number(headers.get('x-mbx-used-weight')));
    expect(weights[1]).toBeGreaterThan(0);
    await fetch(url.replace('BTC', 'ETH'));
    expect(server.requests.count({ path: 'klines', symbol: 'BTCUSDT', interval: '5m' })).toBe(2);
    expect(server.requests.count({ path: 'klines' })).toBe(3);
    expect(server.requests.count({ path: 'klines', status: 404 })).toBe(0);
    expect(server.requests.total).toBe(3);
    server.requests.clear();
    expect(server.requests.count()).toBe(0);
  });

  it('for what is not served get an error of the shape of Binance, whatever they are', async () => {
    const { address } = await marketScene();
    const base = `http://${address.host}:${address.port}`;
    const ask = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(base + path, init);
      return [response.status, await response.json()];
    };
    const unknown = { code: -5000, msg: 'Path /api/v3/nothing, Method GET is invalid' };
    expect(await ask('/api/v3/nothing')).toEqual([404, unknown]);
    expect(await ask('/api/v3/order', { method: 'POST', body: 'x'.repeat(70_000) })).toMatchObject([
      413,
      { code: -1101 },
    ]);
    expect(await ask('/api/v3/ticker/24hr?symbols=%5Bx')).toMatchObject([400, { code: -1100 }]);
    expect(await ask('/api/v3/account')).toMatchObject([401, { code: -2014 }]);
  });

  it('end with the server', async () => {
    const { server, address } = await marketScene();
    await server.close();
    await server.close();
    await expect(fetch(`${address.ccxtUrls.api.public}/ping`)).rejects.toThrow();
  });
});
