import { describe, expect, it } from 'vitest';
import type { ConsumerEvent, CopyView, ProducerClient } from '../consumer/index.ts';
import { emptyFrame } from '../frame/index.ts';
import { candlesFrame, parsePair, parseTimeframe } from '../market/index.ts';
import { printAge, watchLine, watchTable } from './watch-table.ts';

const keyOf = (pair: string) =>
  ({ pair: parsePair(pair), timeframe: parseTimeframe('5m'), candleType: 'spot' }) as const;
const candles = candlesFrame([
  { date: Date.UTC(2026, 10, 20, 9, 5), open: 1, high: 1, low: 1, close: 7455.6, volume: 1 },
]);
const withSignals = candles.with({ enter_long: Float64Array.of(1), exit_short: Float64Array.of(0) });
const present = { frame: withSignals, lastAnalyzed: 1, receivedAt: 1, ageMs: 4_200 };

const views: Readonly<Record<string, CopyView>> = {
  'BTC/USDT': { ...present, status: 'live', reason: undefined },
  'ETH/USDT': { ...present, status: 'stale', ageMs: 3_600_000, reason: 'the producer has gone' },
  'ADA/USDT': { status: 'missing', frame: emptyFrame, lastAnalyzed: 0, reason: 'no frame of it has arrived yet' },
};

function clientOf(connected: boolean, names: readonly string[]): ProducerClient {
  return {
    connected,
    pairs: () => names.map(parsePair),
    keys: () => names.map(keyOf),
    frame: (pair) => views[pair],
    async *updates() {},
    close() {},
    async [Symbol.asyncDispose]() {},
  };
}

const show = (client: ProducerClient, width = Number.POSITIVE_INFINITY, lastEvent?: ConsumerEvent) =>
  watchTable(client, { lastEvent, paint: (_, text) => text, room: { width, height: Number.POSITIVE_INFINITY } });

describe('watchTable', () => {
  it('shows each frame and what it is worth', () => {
    expect(show(clientOf(true, Object.keys(views)))).toMatchInlineSnapshot(`
      "pair      timeframe  rows  last candle         close     age  signals     state
      BTC/USDT  5m            1  2026-11-20 09:05  7455.60   4.2 s  enter_long  live
      ETH/USDT  5m            1  2026-11-20 09:05  7455.60  60 min  enter_long  stale: the producer has gone
      ADA/USDT  5m            0                                                 missing: no frame of it has arrived yet
      connected, 3 pairs on its whitelist
      "
    `);
  });

  it('fits a narrow terminal', () => {
    expect(show(clientOf(true, Object.keys(views)), 80)).toMatchInlineSnapshot(`
      "pair      timeframe  last candle         close     age  state
      BTC/USDT  5m         2026-11-20 09:05  7455.60   4.2 s  live
      ETH/USDT  5m         2026-11-20 09:05  7455.60  60 min  stale: the producer has…
      ADA/USDT  5m                                            missing: no frame of it…
      connected, 3 pairs on its whitelist
      "
    `);
  });

  it('leaves to the last line why all is stale while there is no connection', () => {
    expect(show(clientOf(false, ['ETH/USDT'])).split('\n')[1]).toMatch(/ stale$/);
  });

  it('says why there is no connection', () => {
    const reason = 'nothing answers at 127.0.0.1:1';
    const cause = 'unreachable';
    const lastEvent: ConsumerEvent = {
      type: 'disconnected',
      producer: 'default',
      cause,
      reason,
      retryInMs: 1,
      attempt: 1,
    };
    expect(show(clientOf(false, []), 80, lastEvent)).toBe('not connected: nothing answers at 127.0.0.1:1\n');
    expect(show(clientOf(false, []), 20, lastEvent)).toBe('not connected: noth…\n');
    expect(show(clientOf(false, []))).toBe('connecting…\n');
  });
});

describe('watchLine', () => {
  it('is a frame that changed', () => {
    expect(watchLine(keyOf('BTC/USDT'), withSignals)).toBe(
      'BTC/USDT  5m  2026-11-20 09:05  close 7455.60  1 rows  enter_long\n',
    );
    expect(watchLine(keyOf('BTC/USDT'), emptyFrame)).toBe('BTC/USDT  5m    close   0 rows\n');
  });
});

describe('printAge', () => {
  it.each([
    [0, '0.0 s'],
    [9_940, '9.9 s'],
    [9_960, '10 s'],
    [119_000, '119 s'],
    [120_000, '2 min'],
    [7_199_000, '120 min'],
    [7_200_000, '2 h'],
  ])('%i ms', (ms, text) => {
    expect(printAge(ms)).toBe(text);
  });
});
