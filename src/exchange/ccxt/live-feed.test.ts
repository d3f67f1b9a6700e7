import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../tests/fixtures/bot/recording-logger.ts';
import { type PairKey, parsePair, parseTimeframe } from '../../market/index.ts';
import { manualClock } from '../../testing/index.ts';
import { seededRandom } from '../../util/random.ts';
import { LiveFeed } from './live-feed.ts';
import { StreamNotes } from './stream-notes.ts';

const STEP = 60_000;
const keyOf = (pair: string): PairKey => ({
  pair: parsePair(pair),
  timeframe: parseTimeframe('1m'),
  candleType: 'spot',
});
const key = keyOf('BTC/USDT');
const row = (index: number, volume = 1) => [index * STEP, 1, 2, 1, 2, volume];

/** A feed whose exchange says what the test makes it say. */
function scene() {
  const waiting = new Map<string, { resolve: (rows: unknown) => void; reject: (error: Error) => void }>();
  const watched: string[] = [];
  const unwatched: string[] = [];
  const instance = {
    has: { watchOHLCV: true, unWatchOHLCV: true },
    watchOHLCV: (pair: string) => {
      watched.push(pair);
      return new Promise((resolve, reject) => waiting.set(pair, { resolve, reject }));
    },
    unWatchOHLCV: async (pair: string) => unwatched.push(pair),
  };
  const clock = manualClock(100 * STEP);
  const logger = recordingLogger();
  const notes = new StreamNotes('test', logger, (_, error) => String(error));
  const closing = new AbortController();
  const random = seededRandom('feed');
  const parts = {
    instance,
    clock,
    random,
    notes,
    closed: closing.signal,
  };
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  const tell = async (pair: string, rows: unknown) => {
    waiting.get(pair)?.resolve(rows);
    await settled();
  };
  const fail = async (pair: string, message: string) => {
    waiting.get(pair)?.reject(new Error(message));
    await settled();
  };
  return { feed: new LiveFeed(parts), clock, logger, notes, closing, watched, unwatched, tell, fail, settled };
}

describe('LiveFeed', () => {
  it('answers by the stream of a key, once for all who ask', async () => {
    const { feed, watched, tell } = scene();
    feed.follow(key);
    feed.follow(key);
    expect(watched).toEqual(['BTC/USDT']);
    await tell('BTC/USDT', [row(100)]);
    await tell('BTC/USDT', [row(101)]);
    expect(feed.closed(key, 101 * STEP, 102 * STEP)).toBeUndefined();
    const soon = feed.closedSoon(key, 101 * STEP, 102 * STEP, 1000);
    await tell('BTC/USDT', [row(101, 4), row(102)]);
    expect(await soon).toMatchObject({ closed: [{ date: 101 * STEP, volume: 4 }] });
    expect(feed.closed(keyOf('ETH/USDT'), 101 * STEP, 102 * STEP)).toBeUndefined();
  });

  it('waits no longer than it may, and not at all where the stream has nothing', async () => {
    const { feed, clock, tell } = scene();
    feed.follow(key);
    const timers = clock.pendingTimers;
    expect(await feed.closedSoon(key, 101 * STEP, 102 * STEP, 1000)).toBeUndefined();
    expect(clock.pendingTimers).toBe(timers);
    await tell('BTC/USDT', [row(100)]);
    await tell('BTC/USDT', [row(101)]);
    const soon = feed.closedSoon(key, 101 * STEP, 102 * STEP, 1000);
    clock.advance(1000);
    expect(await soon).toBeUndefined();
    expect(clock.pendingTimers).toBe(timers);
  });

  it('comes back after the stream broke off, with one line for many streams and one when they are back', async () => {
    const { feed, clock, logger, notes, watched, tell, fail, settled } = scene();
    const pairs = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'];
    for (const pair of pairs) feed.follow(keyOf(pair));
    for (let failures = 0; failures < 4; failures++) {
      for (const pair of pairs) await fail(pair, 'gone');
      clock.advance(120_000);
      await settled();
    }
    expect(logger.messages('warn').length).toBe(1);
    expect(logger.messages('warn')[0]).toContain('asking by REST');
    expect(watched.length).toBe(15);
    for (const pair of pairs) {
      await tell(pair, [row(110), row(111), row(112)]);
      expect(feed.closed(keyOf(pair), 111 * STEP, 112 * STEP)?.closed.length).toBe(1);
      notes.onAnswer(`${pair}, 1m, spot`);
    }
    expect(logger.messages('info')).toEqual(['test: streams are back']);
  });

  it('does not believe a candle during which the stream broke off', async () => {
    const { feed, clock, tell, fail, settled } = scene();
    feed.follow(key);
    await tell('BTC/USDT', [row(100), row(101), row(102)]);
    await fail('BTC/USDT', 'gone');
    clock.advance(2000);
    await settled();
    await tell('BTC/USDT', [row(103), row(104)]);
    expect(feed.closed(key, 102 * STEP, 103 * STEP)).toBeUndefined();
    expect(feed.closed(key, 103 * STEP, 104 * STEP)).toBeUndefined();
    await tell('BTC/USDT', [row(105)]);
    expect(feed.closed(key, 104 * STEP, 105 * STEP)?.closed.length).toBe(1);
  });

  it('takes nothing from a stream that makes no sense', async () => {
    const { feed, logger, tell } = scene();
    feed.follow(key);
    await tell('BTC/USDT', 'odd');
    expect(logger.messages('warn').length).toBe(1);
    expect(feed.closed(key, 101 * STEP, 102 * STEP)).toBeUndefined();
  });

  it('leaves streams that nobody asks for, and all when it stops', async () => {
    const { feed, clock, unwatched, watched, settled, tell } = scene();
    feed.follow(key);
    clock.advance(11 * STEP);
    feed.follow(keyOf('ETH/USDT'));
    expect(unwatched).toEqual(['BTC/USDT']);
    expect(feed.follows(key)).toBe(false);
    await tell('BTC/USDT', [row(100)]);
    expect(watched).toEqual(['BTC/USDT', 'ETH/USDT']);
    feed.stop();
    await settled();
    expect(feed.follows(keyOf('ETH/USDT'))).toBe(false);
  });

  it('leaves streams that nobody asks for in time, whether a new key comes or not', async () => {
    const { feed, clock, unwatched } = scene();
    feed.follow(key);
    feed.follow(keyOf('ETH/USDT'));
    for (let minutes = 0; minutes < 12; minutes++) {
      clock.advance(STEP);
      feed.follow(keyOf('ETH/USDT'));
    }
    expect(unwatched).toEqual(['BTC/USDT']);
    expect([feed.follows(key), feed.follows(keyOf('ETH/USDT'))]).toEqual([false, true]);
    // And looks no more where there is none.
    clock.advance(12 * STEP);
    expect(unwatched).toEqual(['BTC/USDT', 'ETH/USDT']);
    expect(clock.pendingTimers).toBe(0);
    feed.follow(key);
    feed.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('follows a bounded number of keys', () => {
    const { feed, watched } = scene();
    for (let i = 0; i < 1000; i++) feed.follow(keyOf(`A${i}/USDT`));
    expect(watched.length).toBe(400);
  });
});
