import { describe, expect, it } from 'vitest';
import { type PagedExchangeOptions, pagedExchange } from '../../tests/fixtures/download/paged-exchange.ts';
import { framesEqual } from '../frame/index.ts';
import { longestFetch } from '../exchange/index.ts';
import { type PairKey, parsePair, parseTimeframe } from '../market/index.ts';
import { pageFetcher } from './fetch-page.ts';

const now = Date.UTC(2026, 10, 20, 9, 3);
const HOUR_MS = 3_600_000;
const key: PairKey = { pair: parsePair('BTC/USDT'), timeframe: parseTimeframe('5m'), candleType: 'spot' };
const open = (options: Partial<PagedExchangeOptions> = {}) => pagedExchange({ now, pairs: [key.pair], ...options });
const datesOf = (since: number, until: number) =>
  Array.from({ length: (until - since) / 300_000 }, (_, i) => since + i * 300_000);

describe('pageFetcher', () => {
  it('gives the candles between two openings, however long ago', async () => {
    const exchange = open();
    const fetchPage = pageFetcher(exchange);
    const since = Date.UTC(2026, 10, 1);
    for (const until of [since + HOUR_MS, since + 5 * HOUR_MS]) {
      const page = await fetchPage(key, { since, until });
      expect(Array.from(page.columns.date)).toEqual(datesOf(since, until));
    }
    const direct = await open().fetchCandles(key, { limit: 10_000, since });
    const next = await fetchPage(key, { since: since + HOUR_MS, until: since + 2 * HOUR_MS });
    expect(framesEqual(next, direct.slice(12, 24))).toBe(true);
    expect(exchange.calls.length).toBe(3);
  });

  it('gives fewer where there were no trades, and none before the first', async () => {
    const since = Date.UTC(2026, 10, 1);
    const fetchPage = pageFetcher(open({ holes: 0.3, listedAt: since + HOUR_MS }));
    expect((await fetchPage(key, { since, until: since + HOUR_MS })).length).toBe(0);
    const page = await fetchPage(key, { since, until: since + 10 * HOUR_MS });
    expect(page.length).toBeGreaterThan(50);
    expect(page.length).toBeLessThan(108);
  });
});

it('refuses an answer from before what was asked for', async () => {
  const exchange = open();
  const honest = open();
  exchange.fetchCandles = (asked, request) =>
    honest.fetchCandles(asked, { ...request, limit: 1000, since: (request.since ?? 0) - HOUR_MS });
  const since = Date.UTC(2026, 10, 1);
  await expect(pageFetcher(exchange)(key, { since, until: since + 2 * HOUR_MS })).rejects.toMatchObject({
    code: 'DOWNLOAD_WRONG_ANSWER',
  });
});

it('asks for no more at once than an exchange gives', async () => {
  const minute = { ...key, timeframe: parseTimeframe('1m') };
  const until = Date.UTC(2026, 10, 1);
  const since = until - longestFetch * 60_000;
  expect((await pageFetcher(open())(minute, { since, until })).length).toBe(longestFetch);
  const month = { ...key, timeframe: parseTimeframe('1M') };
  const months = await pageFetcher(open())(month, { since: Date.UTC(2026, 1, 1), until: Date.UTC(2026, 2, 1) });
  expect(Array.from(months.columns.date)).toEqual([Date.UTC(2026, 1, 1)]);
});
