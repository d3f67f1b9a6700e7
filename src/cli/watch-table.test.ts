import { describe, expect, it } from 'vitest';
import type { ConnectionStatus, ConsumerEvent, CopyStatus, CopyView, ProducerClient } from '../consumer/index.ts';
import { emptyFrame } from '../frame/index.ts';
import { candlesFrame, parsePair, parseTimeframe } from '../market/index.ts';
import { watchLine, watchTable } from './watch-table.ts';
import type { WatchWant } from './watch-want.ts';

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
  'ADA/USDT': {
    status: 'missing',
    frame: emptyFrame,
    lastAnalyzed: 0,
    reason: 'its hash differs from that of the producer',
  },
};

const counts = {
  connections: 1,
  messages: 10,
  bytes: 12_345_678,
  updates: 9,
  deltas: 7,
  snapshots: 2,
  resyncs: 1,
  mismatches: 0,
  conflated: 1_234,
};

const status = (
  connected: boolean,
  names: readonly string[],
  told: Partial<ConnectionStatus> = {},
): ConnectionStatus => ({
  producer: 'default',
  connected,
  since: 0,
  attempts: 0,
  mode: 'streams',
  epoch: 1,
  heartbeatMs: 1000,
  heartbeatAgeMs: 312,
  counts,
  streams: names.map((name): CopyStatus => ({ ...conditions[name], ...plain(views[name]), key: keyOf(name) })),
  ...told,
});

const plain = ({ frame, reason }: CopyView) => ({
  reason,
  rows: frame.length,
  columns: frame.names.length,
  ageMs: 1,
  updates: 1,
  resyncs: 0,
  mismatches: 0,
});

const conditions: Readonly<Record<string, Pick<CopyStatus, 'condition' | 'stream' | 'seq' | 'lagMs'>>> = {
  'BTC/USDT': { condition: 'live', stream: 1, seq: 4_182, lagMs: 1.26 },
  'ETH/USDT': { condition: 'stale', stream: 2, seq: 98, lagMs: 1_250 },
  'ADA/USDT': { condition: 'mismatched', stream: undefined, seq: undefined, lagMs: undefined },
};

function clientOf(connected: boolean, names: readonly string[], told: Partial<ConnectionStatus> = {}): ProducerClient {
  return {
    connected,
    pairs: () => names.map(parsePair),
    keys: () => names.map(keyOf),
    frame: (pair) => views[pair],
    status: () => status(connected, names, told),
    async *updates() {},
    setWant() {},
    close() {},
    async [Symbol.asyncDispose]() {},
  };
}

/** Before anything came. */
const untouched: Partial<ConnectionStatus> = {
  mode: undefined,
  heartbeatAgeMs: undefined,
  counts: { ...counts, messages: 0 },
};

const show = (
  client: ProducerClient,
  width = Number.POSITIVE_INFINITY,
  rest: { readonly lastEvent?: ConsumerEvent; readonly want?: WatchWant } = {},
) =>
  watchTable(client, {
    lastEvent: rest.lastEvent,
    paint: (_, text) => text,
    room: { width, height: Number.POSITIVE_INFINITY },
    ...(rest.want === undefined ? {} : { want: rest.want }),
  });

describe('watchTable', () => {
  it('shows each frame and what it is worth', () => {
    expect(show(clientOf(true, Object.keys(views)))).toMatchInlineSnapshot(`
      "pair      timeframe  rows  last candle         close     age     lag   seq  signals     state
      BTC/USDT  5m            1  2026-11-20 09:05  7455.60   4.2 s    1 ms  4182  enter_long  live
      ETH/USDT  5m            1  2026-11-20 09:05  7455.60  60 min   1.3 s    98  enter_long  stale: the producer has gone
      ADA/USDT  5m            0                                                               mismatched: its hash differs from that of the producer
      connected, 3 pairs on its whitelist
      streams: 12 MB, 1 resync, 0 mismatches, 1,234 conflated, heartbeat 0.3 s ago
      "
    `);
  });

  it('fits a narrow terminal', () => {
    expect(show(clientOf(true, Object.keys(views)), 80)).toMatchInlineSnapshot(`
      "pair      timeframe  last candle         close     age  state
      BTC/USDT  5m         2026-11-20 09:05  7455.60   4.2 s  live
      ETH/USDT  5m         2026-11-20 09:05  7455.60  60 min  stale: the producer has…
      ADA/USDT  5m                                            mismatched: its hash di…
      connected, 3 pairs on its whitelist
      streams: 12 MB, 1 resync, 0 mismatches, 1,234 conflated, heartbeat 0.3 s ago
      "
    `);
  });

  it('shows the columns that are wanted in the place of the usual ones, and only the pairs that are', () => {
    const want = { pairs: [parsePair('BTC/USDT')], columns: ['date', 'enter_long', 'close', 'volume', 'rsi'] };
    expect(show(clientOf(true, Object.keys(views)), undefined, { want })).toMatchInlineSnapshot(`
      "pair      timeframe  rows  last candle       enter_long    close   volume  rsi     age     lag   seq  state
      BTC/USDT  5m            1  2026-11-20 09:05     1.00000  7455.60  1.00000        4.2 s    1 ms  4182  live
      connected, 3 pairs on its whitelist
      streams: 12 MB, 1 resync, 0 mismatches, 1,234 conflated, heartbeat 0.3 s ago
      "
    `);
    expect(show(clientOf(true, Object.keys(views)), 80, { want })).toMatchInlineSnapshot(`
      "pair      timeframe  enter_long    close   volume  rsi     age  state
      BTC/USDT  5m            1.00000  7455.60  1.00000        4.2 s  live
      connected, 3 pairs on its whitelist
      streams: 12 MB, 1 resync, 0 mismatches, 1,234 conflated, heartbeat 0.3 s ago
      "
    `);
  });

  it('has no number of states where frames come as rows', () => {
    const client = clientOf(true, ['ADA/USDT'], { mode: 'rows', heartbeatAgeMs: undefined });
    expect(show(client)).toMatchInlineSnapshot(`
      "pair      timeframe  rows  last candle  close     age     lag  signals     state
      ADA/USDT  5m            0                                                  mismatched: its hash differs from that of the producer
      connected, 1 pairs on its whitelist
      rows: 12 MB, 1 resync
      "
    `);
  });

  it('says that the producer is silent', () => {
    const lastEvent: ConsumerEvent = { type: 'silent', producer: 'default', reason: 'producer "default" is silent' };
    expect(
      show(clientOf(true, ['ETH/USDT']), 80, { lastEvent })
        .split('\n')
        .at(-3),
    ).toBe('producer "default" is silent');
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
    expect(show(clientOf(false, [], untouched), 80, { lastEvent })).toBe(
      'not connected: nothing answers at 127.0.0.1:1\n',
    );
    expect(show(clientOf(false, [], untouched), 20, { lastEvent })).toBe('not connected: noth…\n');
    expect(show(clientOf(false, [], untouched))).toBe('connecting…\n');
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
