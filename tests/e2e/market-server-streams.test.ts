import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { isObject } from '../../src/util/is-object.ts';
import { type Candle, type Pair, parseTimeframe } from '../../src/market/index.ts';
import type { Exchange } from '../../src/exchange/index.ts';
import { type MarketScene, PAIRS, START, marketScene } from './market-server-scene.ts';

const [BTC, ETH, SHIB, BTC_FUTURES] = PAIRS;
const MINUTE = 60_000;

async function ownCandles(exchange: Exchange, pair: Pair, limit: number): Promise<readonly Candle[]> {
  const candleType = pair.includes(':') ? 'futures' : 'spot';
  const key = { pair, timeframe: parseTimeframe('1m'), candleType } as const;
  const candles = await exchange.fetchCandles(key, { limit, includeOpen: true });
  return Array.from({ length: candles.length }, (_, i) => {
    const { date, open, high, low, close, volume } = candles.columns;
    return { date: date[i], open: open[i], high: high[i], low: low[i], close: close[i], volume: volume[i] };
  });
}

describe('ccxt.pro', () => {
  it.each([BTC, SHIB, BTC_FUTURES])('watches the candles of %s as they grow and close', async (pair) => {
    const { pro, flow, exchange } = await marketScene();
    const ex = await pro();
    const rows = new Map<number, readonly unknown[]>();
    const watch = async () => {
      for (const row of await ex.watchOHLCV(pair, '1m')) rows.set(Number(row[0]), row);
    };
    await watch();
    const [open] = (await ownCandles(exchange, pair, 1)).slice(-1);
    expect(rows.get(open.date)).toEqual(Object.values(open));
    flow();
    while (!rows.has(open.date + 5 * MINUTE)) await watch();
    const own = await ownCandles(exchange, pair, 100);
    for (let time = open.date; time < open.date + 5 * MINUTE; time += MINUTE) {
      const candle = own.find(({ date }) => date === time);
      expect(rows.get(time)).toEqual(Object.values(candle ?? {}));
    }
  });

  it('watches tickers and the best prices', async () => {
    const { pro, exchange } = await marketScene();
    const ex = await pro();
    const own = new Map((await exchange.fetchTickers()).map((ticker) => [ticker.pair, ticker.last]));
    const all = await ex.watchTickers();
    expect(Object.keys(all).sort()).toEqual([BTC, ETH, SHIB].sort());
    for (const [pair, { last }] of Object.entries(all))
      expect(last).toBe(own.get(PAIRS.find((own) => own === pair) ?? BTC));
    expect((await ex.watchTickers([ETH]))[ETH].last).toBe(own.get(ETH));
    const { bids } = await exchange.fetchOrderBook(BTC, { limit: 1 });
    expect((await ex.watchBidsAsks([BTC]))[BTC].bid).toBe(bids[0][0]);
    expect((await ex.watchTicker(BTC_FUTURES)).last).toBe(own.get(BTC_FUTURES));
  });
});

/** Messages of a plain websocket, as they come. */
async function listen({ address }: MarketScene, path: string) {
  const socket = new WebSocket(`ws://${address.host}:${address.port}${path}`);
  const messages: Record<string, unknown>[] = [];
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString('utf8'))));
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  return { socket, messages, next: (count: number) => vi.waitUntil(() => messages.length >= count && messages) };
}

const klinesOf = (messages: readonly Record<string, unknown>[]) =>
  messages.flatMap(({ k }) => (isObject(k) ? [{ t: Number(k.t), x: k.x === true, c: Number(k.c) }] : []));

describe('plain websockets', () => {
  it('listen to streams of their path, raw or beside their names', async () => {
    const scene = await marketScene();
    const raw = await listen(scene, '/ws/btcusdt@kline_1m');
    expect((await raw.next(1))[0]).toMatchObject({ e: 'kline', s: 'BTCUSDT', E: START, k: { i: '1m', x: false } });
    const combined = await listen(scene, '/stream?streams=btcusdt@kline_1m/ethusdt@miniTicker');
    const names = (await combined.next(2)).map(({ stream }) => stream);
    expect(new Set(names)).toEqual(new Set(['btcusdt@kline_1m', 'ethusdt@miniTicker']));
    raw.socket.close();
    combined.socket.close();
  });

  it('subscribe, list and unsubscribe, and are told what is wrong', async () => {
    const { socket, messages } = await listen(await marketScene(), '/ws');
    /** The answer among the streams' messages. */
    const ask = async (text: string) => {
      const count = messages.length;
      socket.send(text);
      return vi.waitUntil(() => messages.slice(count).find((message) => 'id' in message));
    };
    expect(await ask('{"method": "LIST_SUBSCRIPTIONS", "id": 1}')).toEqual({ result: [], id: 1 });
    expect(await ask('{"method": "SUBSCRIBE", "params": ["nope@kline_1m"], "id": 2}')).toMatchObject({
      error: { code: 2 },
    });
    expect(await ask('{"method": "DANCE", "id": 3}')).toMatchObject({ error: { code: 2 }, id: 3 });
    expect(await ask('no json')).toMatchObject({ error: { code: 2 }, id: null });
    expect(await ask('{"method": "SUBSCRIBE", "params": ["btcusdt@kline_1m"], "id": 4}')).toEqual({
      result: null,
      id: 4,
    });
    await vi.waitUntil(() => klinesOf(messages).length > 0);
    expect(await ask('{"method": "UNSUBSCRIBE", "params": ["btcusdt@kline_1m"], "id": 5}')).toEqual({
      result: null,
      id: 5,
    });
    expect(await ask('{"method": "LIST_SUBSCRIPTIONS", "id": 6}')).toEqual({ result: [], id: 6 });
    socket.close();
  });

  it('of pages of elsewhere in a browser are refused', async () => {
    const { address } = await marketScene();
    const opened = async (headers: Readonly<Record<string, string>>) => {
      const socket = new WebSocket(`ws://${address.host}:${address.port}/ws`, { headers });
      const { promise, resolve } = Promise.withResolvers<string>();
      socket.on('open', () => resolve('open'));
      socket.on('error', (error) => resolve(error.message));
      const outcome = await promise;
      socket.terminate();
      return outcome;
    };
    expect(await opened({ Origin: 'https://evil.example' })).toContain('403');
    expect(await opened({ Host: 'evil.example' })).toContain('403');
    expect(await opened({ Origin: 'http://localhost:3000' })).toBe('open');
  });

  it('tell every candle that closed while time leapt, each once', async () => {
    const scene = await marketScene();
    const { messages, next, socket } = await listen(scene, '/ws/btcusdt@kline_1m');
    await next(1);
    scene.clock.advance(50 * MINUTE);
    await vi.waitUntil(() => klinesOf(messages).length >= 52);
    const closed = klinesOf(messages).filter(({ x }) => x);
    const own = (await ownCandles(scene.exchange, BTC, 50)).slice(0, 50);
    expect(closed.map(({ t, c }) => [t, c])).toEqual(own.map(({ date, close }) => [date, close]));
    socket.close();
  });

  it('tell missing and repainted candles late, and at last as they are', async () => {
    const scene = await marketScene({
      faults: { missing: { rate: 0.4, ms: 100_000 }, repainted: { rate: 0.4, ms: 100_000 } },
    });
    const { messages, next, socket } = await listen(scene, '/ws/btcusdt@kline_1m');
    await next(1);
    const last = new Map<number, number>();
    const order: number[] = [];
    for (let i = 0; i < 20; i++) {
      const count = messages.length;
      scene.clock.advance(MINUTE);
      await next(count + 1);
      await vi.waitUntil(() => klinesOf(messages).at(-1)?.t === START - 30_000 + (i + 1) * MINUTE);
    }
    for (const { t, c, x } of klinesOf(messages)) {
      if (!x) continue;
      last.set(t, c);
      order.push(t);
    }
    const own = (await ownCandles(scene.exchange, BTC, 20)).slice(0, 18);
    expect(own.map(({ date }) => last.get(date))).toEqual(own.map(({ close }) => close));
    expect(order.length).toBeGreaterThan(last.size);
    expect(order).not.toEqual(order.toSorted((a, b) => a - b));
    socket.close();
  });

  it('say nothing while they are quiet', async () => {
    const scene = await marketScene({ faults: { quiet: { ms: 10 * MINUTE } } });
    const { socket, messages, next } = await listen(scene, '/ws/btcusdt@kline_1m');
    socket.send('{"method": "LIST_SUBSCRIPTIONS", "id": 1}');
    await next(1);
    for (let i = 0; i < 9; i++) scene.clock.advance(MINUTE);
    expect(klinesOf(messages)).toEqual([]);
    scene.clock.advance(MINUTE);
    await next(2);
    socket.close();
  });

  it('are refused where there is none', async () => {
    await expect(listen(await marketScene(), '/nothing')).rejects.toThrow('404');
  });
});
