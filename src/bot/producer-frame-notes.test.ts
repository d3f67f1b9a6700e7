import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../tests/fixtures/bot/recording-logger.ts';
import { emptyFrame } from '../frame/index.ts';
import { type Pair, parsePair, parseTimeframe } from '../market/index.ts';
import type { ProducerFrame } from '../strategy/index.ts';
import { manualClock } from '../testing/index.ts';
import type { ProducerRead } from './bot-data-provider.ts';
import { ProducerFrameNotes } from './producer-frame-notes.ts';

const pairs = ['BTC/USDT', 'ETH/USDT', 'ADA/USDT', 'XRP/USDT'].map(parsePair);
const LOOK = 2_000;
const live: ProducerFrame = { status: 'live', frame: emptyFrame, lastAnalyzed: 1, receivedAt: 1, ageMs: 0 };
const missing = (reason: string): ProducerFrame => ({ status: 'missing', reason, frame: emptyFrame, lastAnalyzed: 0 });

function setup(frameOf: (pair: Pair) => ProducerFrame) {
  const clock = manualClock();
  const log = recordingLogger();
  const reads = new Map<Pair, readonly ProducerRead[]>();
  for (const pair of pairs) {
    const key = { pair, timeframe: parseTimeframe('5m'), candleType: 'spot' } as const;
    reads.set(pair, [{ producer: 'main', key, columns: [] }]);
  }
  const state = { frameOf, isAway: false };
  const notes = new ProducerFrameNotes({
    reads,
    frameOf: ({ key }) => state.frameOf(key.pair),
    isAway: () => state.isAway,
    wallClock: clock,
    logger: log,
    emit() {},
  });
  notes.start();
  return { clock, log, state, notes, reads };
}

describe('ProducerFrameNotes', () => {
  it('says nothing of a trouble that passes by itself', () => {
    const { clock, log, state } = setup(() => missing('no frame has arrived yet'));
    clock.advance(LOOK);
    state.frameOf = () => live;
    clock.advance(10 * LOOK);
    expect(log.lines).toEqual([]);
  });

  it('sums pairs up that differ only in their name and times', () => {
    const { clock, log } = setup((pair) => missing(`no frame of ${pair} since 2026-11-20T09:00:00.000Z`));
    clock.advance(2 * LOOK);
    expect(log.messages('warn')).toEqual([
      'strategies go without the 5m frame of 4 pairs (BTC/USDT, ETH/USDT, ADA/USDT and 1 more) from producer "main": ' +
        'no frame of BTC/USDT since 2026-11-20T09:00:00.000Z',
    ]);
  });

  it('tells a change of the reason, and the end', () => {
    const { clock, log, state } = setup((pair) => (pair === pairs[0] ? missing('first') : live));
    clock.advance(2 * LOOK);
    state.frameOf = (pair) => (pair === pairs[0] ? { ...live, status: 'stale', reason: `second of ${pair}` } : live);
    clock.advance(5 * LOOK);
    state.frameOf = () => live;
    clock.advance(5 * LOOK);
    expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'warn strategies go without the 5m frame of BTC/USDT from producer "main": first',
      'warn out of date: the 5m frame of BTC/USDT from producer "main": second of BTC/USDT',
      'info up to date again: the 5m frame of BTC/USDT from producer "main"',
    ]);
  });

  it('leaves a producer that is away to its connection, and does not repeat itself afterwards', () => {
    const { clock, log, state } = setup(() => missing('wrong timeframe'));
    clock.advance(2 * LOOK);
    state.isAway = true;
    state.frameOf = () => missing('not connected');
    clock.advance(5 * LOOK);
    state.isAway = false;
    state.frameOf = () => missing('wrong timeframe');
    clock.advance(5 * LOOK);
    expect(log.messages('warn')).toHaveLength(1);
  });

  it('forgets what is read no more', () => {
    const { clock, log, reads } = setup(() => missing('gone'));
    clock.advance(2 * LOOK);
    const kept = new Map(reads);
    reads.clear();
    clock.advance(LOOK);
    for (const [pair, read] of kept) reads.set(pair, read);
    clock.advance(2 * LOOK);
    expect(log.messages('warn')).toHaveLength(2);
  });

  it('stops', () => {
    const { clock, notes } = setup(() => live);
    notes.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});
