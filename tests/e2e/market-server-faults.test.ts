import { request } from 'node:http';
import ccxt, { type OHLCV } from 'ccxt';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type FaultPlan, MarketServerError } from '../../src/market-server/index.ts';
import { PAIRS, START, marketScene } from './market-server-scene.ts';

const [BTC] = PAIRS;
const MINUTE = 60_000;
const opens = (rows: readonly OHLCV[]) => rows.map(([time]) => Number(time));

/** What ccxt makes of a fault when it asks for candles. */
async function outcome(plan: FaultPlan, settings: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  const { client, server } = await marketScene();
  const ex = client(settings);
  await ex.loadMarkets();
  server.faults = plan;
  try {
    return await ex.fetchOHLCV(BTC, '1m', undefined, 10);
  } catch (error) {
    return error;
  }
}

describe('faults of requests, as ccxt sees them', () => {
  it.each([
    ['429', { '429': {} }, ccxt.DDoSProtection],
    ['418', { '418': {} }, ccxt.DDoSProtection],
    ['5xx', { '5xx': {} }, ccxt.OperationFailed],
  ] as const)('%s', async (_, plan, errorClass) => {
    expect(await outcome(plan)).toBeInstanceOf(errorClass);
  });

  it('timeout', async () => {
    expect(await outcome({ timeout: {} }, { timeout: 200 })).toBeInstanceOf(ccxt.RequestTimeout);
  });

  it('truncated, which ccxt does not see: it makes candles without numbers of the text', async () => {
    const { address, server } = await marketScene();
    const url = `${address.ccxtUrls.api.public}/klines?symbol=BTCUSDT&interval=1m&limit=10`;
    const whole = await (await fetch(url)).text();
    server.faults = { truncated: { times: 1 } };
    expect(await (await fetch(url)).text()).toBe(whole.slice(0, whole.length >> 1));
    expect(await (await fetch(url)).text()).toBe(whole);
    const rows = await outcome({ truncated: {} });
    expect(Array.isArray(rows) && rows.flat().every((value) => value === undefined)).toBe(true);
  });

  it('429 says when to come back, 418 bans everything for as long', async () => {
    const { server, address } = await marketScene({ faults: { '429': { times: 1, retryAfterS: 7 } } });
    const ask = async (path: string) => {
      const response = await fetch(`${address.ccxtUrls.api.public}/${path}`);
      return [response.status, response.headers.get('retry-after')];
    };
    expect(await ask('time')).toEqual([429, '7']);
    expect(await ask('time')).toEqual([200, null]);
    server.faults = { '418': { times: 1, path: '/klines', retryAfterS: 2 } };
    expect(await ask('time')).toEqual([200, null]);
    expect(await ask('klines?symbol=BTCUSDT&interval=1m')).toEqual([418, '2']);
    const [status, seconds] = await ask('time');
    expect(status).toBe(418);
    expect(Number(seconds)).toBeLessThanOrEqual(2);
    server.faults = {};
    expect(await ask('time')).toEqual([200, null]);
  });

  it('strike the share that is asked for, the same requests with the same seed', async () => {
    const statuses = async (seed: string) => {
      const { address } = await marketScene({ seed, faults: { '5xx': { rate: 0.3 } } });
      const seen: number[] = [];
      for (let i = 0; i < 200; i++) seen.push((await fetch(`${address.ccxtUrls.api.public}/ping`)).status);
      return seen;
    };
    const [first, again, other] = [await statuses('a'), await statuses('a'), await statuses('b')];
    const share = first.filter((status) => status >= 500).length / first.length;
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.45);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('refuse websockets too', async () => {
    const { pro, server } = await marketScene();
    const ex = await pro();
    await ex.loadMarkets();
    server.faults = { '5xx': {} };
    await expect(ex.watchOHLCV(BTC, '1m')).rejects.toThrow(ccxt.NetworkError);
  });
});

it('a server closes while requests and websockets hang', async () => {
  const { server, address } = await marketScene({ faults: { timeout: {} } });
  const request = fetch(`${address.ccxtUrls.api.public}/ping`);
  const socket = new WebSocket(`ws://${address.host}:${address.port}/ws`);
  const failed = new Promise((resolve) => {
    socket.on('error', resolve);
  });
  // The timeout of requests is counted; that of websockets is not.
  await vi.waitUntil(() => server.requests.total > 0);
  await vi.waitUntil(async () => {
    const faults = await fetch(`http://${address.host}:${address.port}/candlecast/faults`);
    return JSON.stringify(await faults.json()).includes('"struck":{"timeout":2}');
  });
  await server.close();
  await expect(request).rejects.toThrow();
  expect(await failed).toBeInstanceOf(Error);
});

describe('faults of candles', () => {
  it('duplicated: some stand twice', async () => {
    const { client, server } = await marketScene();
    const ex = client();
    const right = await ex.fetchOHLCV(BTC, '1m', undefined, 10);
    server.faults = { duplicated: { times: 1 } };
    // ccxt cuts the oldest off, to as many as were asked for.
    const doubled = opens(await ex.fetchOHLCV(BTC, '1m', undefined, 10));
    expect(doubled).toHaveLength(10);
    expect(new Set(doubled).size).toBe(8);
    expect(await ex.fetchOHLCV(BTC, '1m', undefined, 10)).toEqual(right);
  });

  it.each([true, false])('late: a candle opens, and the one before closes, later; with a view: %s', async (hasView) => {
    const { client, server, clock } = await marketScene({ hasView });
    const ex = client();
    // Half a minute into a candle.
    clock.advance(30_000 - 1);
    const before = await ex.fetchOHLCV(BTC, '1m', undefined, 5);
    server.faults = { late: { ms: 5000 } };
    clock.advance(1);
    const late = await ex.fetchOHLCV(BTC, '1m', undefined, 5);
    if (hasView) expect(late).toEqual(before);
    else expect(opens(late).at(-1)).toBe(START - 90_000);
    clock.advance(4999);
    expect(opens(await ex.fetchOHLCV(BTC, '1m', undefined, 5)).at(-1)).toBeLessThan(START + 30_000);
    clock.advance(1);
    expect(opens(await ex.fetchOHLCV(BTC, '1m', undefined, 5)).at(-1)).toBe(START + 30_000);
  });

  it('missing and repainted: closed candles are wrong for a time, then those of the exchange', async () => {
    const { client, server, clock } = await marketScene();
    const ex = client();
    const right = await ex.fetchOHLCV(BTC, '1m', undefined, 100);
    server.faults = { missing: { rate: 0.3, ms: 600_000 } };
    const missing = await ex.fetchOHLCV(BTC, '1m', undefined, 100);
    const gone = opens(right).filter((time) => !opens(missing).includes(time));
    expect(gone.length).toBeGreaterThan(0);
    expect(Math.min(...gone)).toBeGreaterThanOrEqual(START - 600_000 - 2 * MINUTE);
    server.faults = { repainted: { rate: 0.3, ms: 600_000 } };
    const repainted = await ex.fetchOHLCV(BTC, '1m', undefined, 100);
    expect(opens(repainted)).toEqual(opens(right));
    const changed = repainted.filter((row, i) => JSON.stringify(row) !== JSON.stringify(right[i]));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThan(11);
    expect(repainted.at(-1)).toEqual(right.at(-1));
    for (const [, , high, low, close] of changed) {
      expect(Number(close)).toBeGreaterThanOrEqual(Number(low));
      expect(Number(close)).toBeLessThanOrEqual(Number(high));
    }
    clock.advance(11 * MINUTE);
    const later = await ex.fetchOHLCV(BTC, '1m', Number(right[0][0]), 99);
    expect(later).toEqual(right.slice(0, 99));
  });

  it('yesterday: a day old for as long as is said', async () => {
    const { client, server, clock } = await marketScene();
    const ex = client();
    server.faults = { yesterday: { ms: 3_600_000 } };
    const newest = async () => Number((await ex.fetchOHLCV(BTC, '5m', undefined, 5)).at(-1)?.[0]);
    expect(await newest()).toBe(Date.UTC(2026, 0, 14, 6, 45));
    clock.advance(3_600_000 - 1);
    expect(await newest()).toBe(Date.UTC(2026, 0, 14, 7, 45));
    clock.advance(1);
    expect(await newest()).toBe(Date.UTC(2026, 0, 15, 7, 45));
  });

  it('skew: the clock of the exchange is wrong, the candles are not', async () => {
    const { client, server } = await marketScene();
    const ex = client();
    const right = await ex.fetchOHLCV(BTC, '1m', undefined, 5);
    server.faults = { skew: { ms: -3_600_000 } };
    expect(await ex.fetchTime()).toBe(START - 3_600_000);
    expect(await ex.fetchOHLCV(BTC, '1m', undefined, 5)).toEqual(right);
  });
});

describe('the plan of faults', () => {
  it('is read and replaced while the server runs', async () => {
    const { address, server } = await marketScene();
    const url = `http://${address.host}:${address.port}/candlecast/faults`;
    const put = async (body: string) => fetch(url, { method: 'POST', body });
    expect((await put('{"429": {"rate": 1, "times": 2}, "late": null}')).status).toBe(200);
    expect(server.faults).toEqual({ '429': { rate: 1, times: 2 } });
    expect((await fetch(`${address.ccxtUrls.api.public}/ping`)).status).toBe(429);
    expect(await (await fetch(url)).json()).toEqual({ plan: { '429': { rate: 1, times: 2 } }, struck: { '429': 1 } });
    const refused = await put('{"429": {"rate": 2}}');
    expect([refused.status, await refused.json()]).toEqual([400, { error: expect.stringContaining('from 0 to 1') }]);
    expect((await put('no json')).status).toBe(400);
    expect(server.faults).toEqual({ '429': { rate: 1, times: 2 } });
    const log = await fetch(`http://${address.host}:${address.port}/candlecast/requests`);
    expect(await log.json()).toMatchObject({ total: 1, requests: [{ path: '/api/v3/ping', status: 429, count: 1 }] });
    expect((await fetch(`http://${address.host}:${address.port}/candlecast/other`)).status).toBe(404);
  });

  it('is nothing for pages of elsewhere in a browser', async () => {
    const { address, server } = await marketScene();
    /** fetch sets Host itself. */
    const post = async (headers: Readonly<Record<string, string>>) => {
      const options = { host: address.host, port: address.port, path: '/candlecast/faults', method: 'POST', headers };
      const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
      const asked = request(options, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on('error', reject);
      asked.end('{"timeout": {}}');
      return promise;
    };
    expect(await post({ Origin: 'https://evil.example', 'Content-Type': 'text/plain' })).toBe(403);
    expect(await post({ Host: 'evil.example:8555' })).toBe(403);
    expect(server.faults).toEqual({});
    expect(await post({ Origin: 'http://localhost:3000', Host: `localhost:${address.port}` })).toBe(200);
    expect(server.faults).toEqual({ timeout: {} });
  });

  it('is refused where it cannot be meant', async () => {
    const { server } = await marketScene();
    expect(() => (server.faults = { late: { ms: -1 } })).toThrow(MarketServerError);
    expect(server.faults).toEqual({});
  });
});
