import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type PairKey, candlesFrame, parsePair, parseTimeframe } from '../../market/index.ts';
import { manualClock } from '../../testing/index.ts';
import { candleFilePath } from './candle-file-name.ts';
import { openDataFolder } from './data-folder.ts';
import { recordedExchange } from './recorded-exchange.ts';
import { writeCandles } from './write-candles.ts';

const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** An exchange that plays candles of an hour, whose prices count up from 0.0101 in steps of 0.0001, at a time after its start. */
async function played(hours: number, nowMs: number) {
  const path = await mkdtemp(join(tmpdir(), 'candlecast-day-'));
  folders.push(path);
  const key: PairKey = { pair: parsePair('A/B'), timeframe: parseTimeframe('1h'), candleType: 'spot' };
  const candles = Array.from({ length: hours }, (_, i) => {
    const open = (101 + i) / 10_000;
    return { date: START + i * HOUR, open, high: open * 2, low: open / 2, close: open, volume: 10 };
  });
  await writeCandles(join(path, candleFilePath(key, 'json')), candlesFrame(candles), 'spot');
  const folder = await openDataFolder(path);
  return recordedExchange({ folder, clock: manualClock(START + nowMs), endsAt: START + hours * HOUR });
}

it('makes a ticker of the candles that closed within 24 hours', async () => {
  const exchange = await played(100, 50 * HOUR + 1000);
  const [ticker] = await exchange.fetchTickers();
  expect(ticker).toMatchObject({ pair: 'A/B', time: START + 50 * HOUR + 1000, last: 0.015, baseVolume: 230 });
  expect(ticker.open).toBe(0.0128);
  expect(ticker.high).toBe(0.03);
  expect(ticker.low).toBe(0.0064);
  expect(ticker.percentage).toBeCloseTo((150 / 128 - 1) * 100, 9);
  expect([ticker.bid, ticker.ask]).toEqual([0.015, 0.0151]);
});

it('has none before the first candle closed, and only a price after a day without trades', async () => {
  expect(await (await played(5, HOUR - 1)).fetchTickers()).toEqual([]);
  const [ticker] = await (await played(5, 100 * HOUR)).fetchTickers();
  expect(ticker).toEqual({
    pair: 'A/B',
    time: START + 100 * HOUR,
    last: 0.0105,
    bid: 0.0105,
    ask: 0.0106,
    baseVolume: 0,
    quoteVolume: 0,
  });
});

it('makes a book on the step that prices have', async () => {
  const exchange = await played(100, 50 * HOUR);
  const { bids, asks } = await exchange.fetchOrderBook(parsePair('A/B'), { limit: 10 });
  for (const [price] of [...bids, ...asks])
    expect(Math.abs(price * 10_000 - Math.round(price * 10_000))).toBeLessThan(1e-9);
  expect((await (await played(5, 0)).fetchOrderBook(parsePair('A/B'))).bids).toEqual([]);
});
