import { expect, it } from 'vitest';
import { recordingLogger } from '../../tests/fixtures/bot/recording-logger.ts';
import { parsePair, parseTimeframe } from '../market/index.ts';
import { manualClock } from '../testing/index.ts';
import { LateFrameNotes } from './late-frame-notes.ts';

const timeframe = parseTimeframe('5m');
const [btc, eth] = ['BTC/USDT', 'ETH/USDT'].map(parsePair);
const readOf = (pair: typeof btc) =>
  ({ producer: 'default', key: { pair, timeframe, candleType: 'spot' }, columns: [] }) as const;

function setup(isAway = () => false) {
  const [log, wallClock] = [recordingLogger(), manualClock()];
  return { log, wallClock, notes: new LateFrameNotes({ timeframe, isAway, wallClock, logger: log }) };
}

it('tells once, for all pairs, that candles were waited for in vain, and once that they come in time again', () => {
  const { log, wallClock, notes } = setup();
  for (let candle = 0; candle < 3; candle++) {
    for (const pair of [btc, eth]) notes.onDue(pair, [readOf(pair)]);
    wallClock.advance(2_000);
  }
  const late =
    'analysing without the newest candle of the 5m frame of 2 pairs (BTC/USDT, ETH/USDT) from producer "default", ' +
    'which has not come within 60 s';
  expect(log.messages('info')).toEqual([late]);
  notes.onDue(btc, []);
  wallClock.advance(2_000);
  expect(log.messages('info')).toHaveLength(1);
  notes.onDue(eth, []);
  wallClock.advance(2_000);
  expect(log.messages('info')).toEqual([late, 'in time again: 5m frames of producer "default"']);
  notes.onDue(btc, []);
  expect(wallClock.pendingTimers).toBe(0);
});

it('says nothing of a producer that has gone, and nothing once it is stopped', () => {
  const { log, wallClock, notes } = setup(() => true);
  notes.onDue(btc, [readOf(btc)]);
  wallClock.advance(2_000);
  notes.onDue(btc, []);
  wallClock.advance(2_000);
  expect(log.messages('info')).toHaveLength(1);
  notes.onDue(btc, [readOf(btc)]);
  notes.stop();
  expect(wallClock.pendingTimers).toBe(0);
});
