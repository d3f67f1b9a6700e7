import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { accountRoutes } from './account-routes.ts';
import { marketRoutes } from './market-routes.ts';
import { RequestLog } from './request-log.ts';
import { walletRoutes } from './wallet-routes.ts';

const LONG = 'S'.repeat(60_000);
const record = { method: 'GET', path: '/api/v3/klines', symbol: 'BTCUSDT', interval: '1m', status: 200 };

/** What is in use, in bytes, when everything that can be given back was. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed;
}

describe('the log of requests', () => {
  it('keeps what clients say short', () => {
    const log = new RequestLog();
    for (let i = 0; i < 20; i++) {
      log.add({ ...record, path: `/${i}${LONG}`, symbol: `${i}${LONG}`, interval: `${i}${LONG}`, status: 404 });
    }
    expect(log.list()).toHaveLength(20);
    for (const { path, symbol = '', interval = '' } of log.list()) {
      expect(Math.max(path.length, symbol.length, interval.length)).toBe(41);
      expect(symbol).toMatch(/^\d+S+…$/);
    }
  });

  it('keeps no request for the sake of a word in it', () => {
    const log = new RequestLog();
    const before = heapBytes();
    for (let i = 0; i < 1000; i++) {
      const text = `symbol=UNKNOWNSYMBOL${i}&${LONG}`;
      log.add({ ...record, symbol: text.slice(7, text.indexOf('&')) });
    }
    expect(heapBytes() - before).toBeLessThan(1000 * 10_000);
    expect(log.count({ symbol: 'UNKNOWNSYMBOL7' })).toBe(1);
  });

  it('names every path that is served whole', () => {
    const log = new RequestLog();
    const paths = Object.keys({ ...marketRoutes, ...accountRoutes, ...walletRoutes }).map((name) => name.split(' ')[1]);
    for (const path of paths) log.add({ ...record, path });
    expect(new Set(log.list().map(({ path }) => path))).toEqual(new Set(paths));
  });
});
