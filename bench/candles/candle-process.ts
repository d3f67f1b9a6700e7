import { strict as assert } from 'node:assert';
import { CandleCache } from '../../src/bot/candle-cache.ts';
import { plainExchange } from './plain-exchange.ts';
import { type PairKey, parsePair, parseTimeframe } from '../../src/market/index.ts';
import { manualClock } from '../../src/testing/manual-clock.ts';

/** What a process that holds candles says of its memory, in bytes, and of its time, in milliseconds. */
export interface CandleMemory {
  readonly startRss: number;
  readonly filledRss: number;
  readonly collectedRss: number;
  readonly laterRss: number;
  readonly buffers: number;
  readonly refreshMs: number;
}

const PAIRS = 1_000;
const ROWS = 1_500;
const CANDLES = 20;
const FIVE = 300_000;

/** Fills a cache, lets candles pass, and prints what that took as a line of JSON. Needs --expose-gc. */
async function run(): Promise<void> {
  const clock = manualClock(Date.UTC(2026, 0, 5));
  const pairs = Array.from({ length: PAIRS }, (_, i) => parsePair(`COIN${i}/USDT`));
  const exchange = plainExchange(clock);
  const keys: PairKey[] = pairs.map((pair) => ({ pair, timeframe: parseTimeframe('5m'), candleType: 'spot' }));
  collect();
  const startRss = process.memoryUsage.rss();
  const cache = new CandleCache(exchange, ROWS);
  for (const key of keys) await cache.refresh(key, clock.now());
  const filledRss = process.memoryUsage.rss();
  collect();
  const collectedRss = process.memoryUsage.rss();
  const started = performance.now();
  for (let candle = 0; candle < CANDLES; candle++) {
    clock.advance(FIVE);
    for (const key of keys) await cache.refresh(key, clock.now());
  }
  const refreshMs = (performance.now() - started) / CANDLES;
  collect();
  const { rss: laterRss, arrayBuffers: buffers } = process.memoryUsage();
  const memory: CandleMemory = { startRss, filledRss, collectedRss, laterRss, buffers, refreshMs };
  // All of it is still in use.
  assert(keys.every((key) => cache.get(key).length >= ROWS));
  process.stdout.write(`${JSON.stringify(memory)}\n`);
}

function collect(): void {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
}

await run();
