import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../tests/fixtures/bot/recording-logger.ts';
import { type PairKey, parsePair, parseTimeframe } from '../../market/index.ts';
import { manualClock } from '../../testing/index.ts';
import { seededRandom } from '../../util/random.ts';
import { CandleSource } from './candle-source.ts';
import { ExchangeClock } from './exchange-clock.ts';
import { LiveFeed } from './live-feed.ts';
import { StreamNotes } from './stream-notes.ts';

const STEP = 60_000;
const FIRST = 30_000_000;
const key: PairKey = { pair: parsePair('BTC/USDT'), timeframe: parseTimeframe('1m'), candleType: 'spot' };

/** An exchange with a candle each minute, of which REST and the stream tell the same until the test has it otherwise. */
function scene() {
  const clock = manualClock((FIRST + 500) * STEP + 2000);
  const logger = recordingLogger();
  const corrected = new Map<number, number>();
  const rowOf = (index: number) => [index * STEP, 1, 2, 1, 2, corrected.get(index) ?? 1];
  const openNow = () => Math.floor(clock.now() / STEP);
  let asked = 0;
  let told: ((rows: unknown) => void) | undefined;
  let failed: ((error: Error) => void) | undefined;
  const instance = {
    id: 'test',
    features: undefined,
    has: { watchOHLCV: true },
    async fetchOHLCV(_pair: string, _timeframe: string, since: number | undefined, limit = 500) {
      asked++;
      const first = since === undefined ? openNow() - limit + 1 : Math.ceil(since / STEP);
      return Array.from({ length: limit }, (_, i) => rowOf(first + i)).filter(([date]) => date <= clock.now());
    },
    fetchFundingRateHistory: async () => [],
    watchOHLCV: () =>
      new Promise<unknown>((resolve, reject) => {
        told = resolve;
        failed = reject;
      }),
  };
  const notes = new StreamNotes('test', logger, (_, error) => String(error));
  const closed = new AbortController().signal;
  const feed = new LiveFeed({ instance, clock, random: seededRandom('source'), notes, closed });
  const source = new CandleSource({
    name: 'test',
    instance,
    calls: { run: (_what, _signal, call) => call() },
    clock: new ExchangeClock('test', clock, logger),
    wallClock: clock,
    logger,
    live: { feed, notes },
  });
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  const tell = async () => {
    told?.([rowOf(openNow() - 1), rowOf(openNow())]);
    await settled();
  };
  /** A candle later, asks for so many closed candles; resolves with how often REST was asked, and their volumes. */
  const next = async (back: number) => {
    clock.set((openNow() + 1) * STEP + 2000);
    await tell();
    const before = asked;
    const candles = await source.fetch(key, { limit: 500, since: (openNow() - back) * STEP });
    expect(candles.length).toBe(back);
    expect(candles.last('date')).toBe((openNow() - 1) * STEP);
    return { requests: asked - before, volumes: Array.from({ length: back }, (_, row) => candles.row(row)?.volume) };
  };
  const requests = async (candles: number, back: number) => {
    let sum = 0;
    for (let i = 0; i < candles; i++) sum += (await next(back)).requests;
    return sum;
  };
  const breakOff = async () => {
    failed?.(new Error('gone'));
    await settled();
    clock.advance(2000);
    await settled();
  };
  return { source, next, requests, tell, breakOff, corrected, openNow };
}

describe('candles that are asked for again with the next one', () => {
  it.each([10, 60])('come from the stream soon after it began, %i of them', async (back) => {
    const { source, requests } = scene();
    await source.fetch(key, { limit: 400 });
    // The stream begins in the midst of a candle, of which REST has to tell.
    expect(await requests(2, back)).toBeLessThanOrEqual(2);
    expect(await requests(80, back)).toBeLessThanOrEqual(16);
  });

  it('come from it soon after it broke off, when REST was asked once more', async () => {
    const { source, requests, breakOff, tell } = scene();
    await source.fetch(key, { limit: 400 });
    await requests(20, 10);
    await breakOff();
    await tell();
    const first = await requests(2, 10);
    expect(first).toBeGreaterThanOrEqual(1);
    expect(await requests(4, 10)).toBeLessThanOrEqual(1);
  });

  it('are corrected where only REST tells of it, before they are no longer asked for', async () => {
    const { source, next, requests, corrected, openNow } = scene();
    await source.fetch(key, { limit: 400 });
    await requests(12, 10);
    for (let candle = 0; candle < 20; candle++) {
      const index = openNow() - 1;
      corrected.set(index, 7 + candle);
      let seen = false;
      for (let later = 0; later < 6 && !seen; later++) seen = (await next(10)).volumes.includes(7 + candle);
      expect(seen).toBe(true);
    }
  });
});
