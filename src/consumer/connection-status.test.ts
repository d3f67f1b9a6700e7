import { describe, expect, it } from 'vitest';
import { candlesFrame, type PairKey, parsePair, parseTimeframe, pairKeyText } from '../market/index.ts';
import { emptyFrame, hashedFrame } from '../frame/index.ts';
import { manualClock, manualOpener } from '../testing/index.ts';
import {
  encodeMessage,
  encodeProducerControl,
  encodeSnapshot,
  encodeSnapshotChunk,
  streamSchemaOf,
} from '../wire/index.ts';
import { ConnectionRecord } from './connection-status.ts';
import type { ConsumerEvent } from './consumer-event.ts';
import type { CopyView } from './frame-store.ts';
import { Consumer } from './consumer.ts';

const producer = 'one';
const keyOf = (pair: string): PairKey => ({
  pair: parsePair(pair),
  timeframe: parseTimeframe('5m'),
  candleType: 'spot',
});
const BTC = keyOf('BTC/USDT');
const ETH = keyOf('ETH/USDT');
const MINUTES = 60_000;
const OPENED = Date.UTC(2026, 0, 6, 9, 55);

const candle = (date: number) => ({ date, open: 1, high: 1, low: 1, close: 1, volume: 1 });
const frame = candlesFrame([candle(OPENED), candle(OPENED + 5 * MINUTES)]);

class Scene {
  readonly clock = manualClock(OPENED + 10 * MINUTES);
  readonly opener = manualOpener();
  readonly events: ConsumerEvent[] = [];
  readonly consumer = new Consumer({
    producers: [{ name: producer, host: 'producer.example', port: 8080, wsToken: 'a token' }],
    openSocket: this.opener.openSocket,
    clock: this.clock,
    onEvent: (event) => void this.events.push(event),
  });

  constructor() {
    this.consumer.start();
  }

  get status() {
    const status = this.consumer.status(producer);
    if (status === undefined) throw new Error('it was named');
    return status;
  }

  welcome(): void {
    this.opener.link.open();
    this.control({ type: 'welcome', epoch: 7, heartbeatMs: 1000, limits: {} });
  }

  control(control: Parameters<typeof encodeProducerControl>[0]): number {
    const text = encodeProducerControl(control);
    this.opener.link.message(text);
    return text.length;
  }

  heartbeat(): number {
    return this.control({ type: 'heartbeat', streams: [] });
  }

  schema(): void {
    this.control({ type: 'schema', stream: 3, version: 1, key: BTC, schema: streamSchemaOf(frame) });
  }

  snapshot(): void {
    const state = { stream: 3, epoch: 7, seq: 12, schemaVersion: 1, lastAnalyzed: this.clock.now() - 40 };
    this.opener.link.binary(encodeSnapshotChunk(encodeSnapshot(state, streamSchemaOf(frame), hashedFrame(frame)), 0));
  }

  of(type: ConsumerEvent['type']) {
    return this.events.filter((event) => event.type === type);
  }
}

describe('consumer.status', () => {
  it('is that of no producer that was never named', () => {
    expect(new Scene().consumer.status('another')).toBeUndefined();
  });

  it('tells how the connection stands and since when', () => {
    const scene = new Scene();
    const begun = scene.clock.now();
    expect(scene.status).toMatchObject({ connected: false, since: begun, attempts: 0, mode: undefined, streams: [] });
    scene.clock.advance(300);
    scene.opener.link.end({ cause: 'unreachable' });
    expect(scene.status).toMatchObject({ connected: false, since: begun, attempts: 1 });
    scene.clock.advance(60_000);
    scene.opener.link.open();
    const opened = scene.clock.now();
    expect(scene.status).toMatchObject({ connected: true, since: opened, attempts: 0, counts: { connections: 1 } });
    scene.clock.advance(6000);
    scene.opener.link.end();
    expect(scene.status).toMatchObject({ connected: false, since: opened + 6000, attempts: 1, mode: undefined });
    scene.clock.advance(2_000);
    scene.consumer.stop();
    expect(scene.status).toMatchObject({ connected: false, since: opened + 6000, attempts: 0 });
  });

  it('tells of rows: what came, how old it is and how late it was', () => {
    const scene = new Scene();
    scene.opener.link.open();
    const message = (part: typeof frame, lastAnalyzed: number) => {
      const text = encodeMessage(
        { type: 'analyzed_df', key: BTC, frame: part, lastAnalyzed },
        { firstRow: part === frame ? 0 : 1 },
      );
      scene.opener.link.message(text);
      return text.length;
    };
    const first = message(frame, scene.clock.now() - 100_000);
    expect(scene.status).toMatchObject({ mode: 'rows', heartbeatMs: undefined, heartbeatAgeMs: undefined });
    const whole = {
      key: BTC,
      condition: 'live',
      reason: undefined,
      stream: undefined,
      seq: undefined,
      rows: 2,
      columns: 6,
    };
    // A whole copy may be of an analysis of any time.
    expect(scene.status.streams).toEqual([
      { ...whole, ageMs: 0, lagMs: undefined, updates: 1, resyncs: 0, mismatches: 0 },
    ]);
    const second = message(frame.tail(1), scene.clock.now() - 40);
    scene.clock.advance(250);
    expect(scene.status.streams).toMatchObject([{ ...whole, ageMs: 250, lagMs: 40, updates: 2 }]);
    expect(scene.status.counts).toMatchObject({ messages: 2, bytes: first + second, updates: 2, deltas: 0 });
  });

  it('tells of a frame of which nothing came whole', () => {
    const scene = new Scene();
    scene.welcome();
    scene.schema();
    expect(scene.status).toMatchObject({ mode: 'streams', epoch: 7, heartbeatMs: 1000, heartbeatAgeMs: 0 });
    expect(scene.status.streams).toMatchObject([{ condition: 'syncing', rows: 0, ageMs: undefined, seq: undefined }]);
    scene.control({ type: 'end', stream: 3 });
    expect(scene.status.streams).toMatchObject([{ condition: 'ended', reason: expect.stringContaining('no longer') }]);
  });
});

describe('a Candlecast producer that is silent', () => {
  it('makes its copies stale until it is heard, whether or not it answers pings', () => {
    const scene = new Scene();
    scene.welcome();
    scene.schema();
    scene.snapshot();
    expect(scene.status.streams).toMatchObject([{ condition: 'live', stream: 3, seq: 12, rows: 2, lagMs: undefined }]);
    scene.clock.advance(4_900);
    expect(scene.of('silent')).toEqual([]);
    scene.clock.advance(200);
    const reason = expect.stringMatching(/is silent: it should be heard every 1 s, and was not for 5 s$/);
    expect(scene.of('silent')).toEqual([{ type: 'silent', producer, reason }]);
    expect(scene.opener.link.pings).toBe(1);
    expect(scene.status).toMatchObject({ connected: true, heartbeatAgeMs: 5_100 });
    expect(scene.status.streams).toMatchObject([{ condition: 'stale', seq: 12, reason, ageMs: 5_100 }]);
    scene.opener.link.pong();
    scene.clock.advance(5_100);
    expect(scene.opener.link.pings).toBe(2);
    expect(scene.of('silent')).toHaveLength(1);
    scene.heartbeat();
    expect(scene.of('heard')).toEqual([{ type: 'heard', producer, silentMs: 10_200 }]);
    expect(scene.status.streams).toMatchObject([{ condition: 'live', reason: undefined }]);
    scene.clock.advance(5_100);
    expect(scene.of('silent')).toHaveLength(2);
  });

  it('is told of no more when its connection has ended, and a stock one never is', () => {
    const scene = new Scene();
    scene.welcome();
    scene.clock.advance(5_100);
    scene.opener.link.end();
    expect(scene.consumer.view(producer, BTC)?.reason).toMatch(/is not connected/);
    scene.clock.advance(60_000);
    scene.opener.link.open();
    scene.opener.link.message(JSON.stringify({ type: 'whitelist', data: ['BTC/USDT'] }));
    expect(scene.consumer.view(producer, BTC)?.reason).not.toMatch(/silent/);
    expect(scene.of('heard')).toEqual([]);
    scene.clock.advance(301_000);
    expect(scene.opener.link.pings).toBe(1);
    expect(scene.of('silent')).toHaveLength(1);
  });
});

describe('ConnectionRecord', () => {
  const missing: CopyView = { status: 'missing', frame: emptyFrame, lastAnalyzed: 0, reason: 'why' };
  const stale: CopyView = { status: 'stale', frame, lastAnalyzed: 1, receivedAt: 1, ageMs: 1, reason: 'why' };
  const live: CopyView = { ...stale, status: 'live', reason: undefined, state: { epoch: 1, stream: 2, seq: 3 } };
  const recordOf = (keys: () => readonly PairKey[] = () => []) =>
    new ConnectionRecord(manualClock(0), { mostFrames: 2, keys });
  const stream = (condition: 'mismatched' | 'ended' | 'behind' | 'live' | 'syncing', key = BTC): ConsumerEvent => ({
    type: 'stream',
    producer,
    key,
    condition,
    reason: 'why',
  });
  const update: ConsumerEvent = {
    type: 'update',
    producer,
    key: BTC,
    frame,
    lastAnalyzed: 0,
    change: 'appended',
    rows: 1,
  };

  it('makes of what was told and what is held what a copy is worth', () => {
    const record = recordOf();
    const conditionOf = (view: CopyView) => record.copyStatus(BTC, view).condition;
    expect([live, stale, missing].map(conditionOf)).toEqual(['live', 'stale', 'syncing']);
    record.note(stream('mismatched'));
    expect(conditionOf(missing)).toBe('mismatched');
    record.note(stream('live'));
    record.note(update);
    expect([live, stale].map(conditionOf)).toEqual(['live', 'stale']);
    record.note(stream('ended'));
    expect([stale, missing].map(conditionOf)).toEqual(['ended', 'ended']);
    record.note(stream('syncing'));
    expect([stale, missing].map(conditionOf)).toEqual(['stale', 'syncing']);
    expect(record.copyStatus(BTC, live)).toMatchObject({ stream: 2, seq: 3, updates: 1, mismatches: 1 });
  });

  it('counts each time that a copy differs once, and each time that it is asked for', () => {
    const record = recordOf();
    for (const condition of ['mismatched', 'mismatched', 'live', 'mismatched'] as const) record.note(stream(condition));
    for (const key of [BTC, BTC, ETH]) {
      record.note({ type: 'resync', producer, key, why: 'mismatch', reason: '', asked: 0 });
    }
    expect(record.copyStatus(BTC, stale)).toMatchObject({ mismatches: 2, resyncs: 2 });
    expect(record.resyncs).toBe(3);
  });

  it('forgets frames that are not held any more where there are many', () => {
    const names = ['A', 'B', 'C', 'D', 'E'].map((name) => keyOf(`${name}/USDT`));
    const held = new Set([names[1]].map(pairKeyText));
    const record = recordOf(() => names.filter((key) => held.has(pairKeyText(key))));
    for (const key of names) record.note(stream('ended', key));
    const conditions = names.map((key) => record.copyStatus(key, stale).condition);
    expect(conditions).toEqual(['stale', 'ended', 'stale', 'stale', 'ended']);
  });
});
