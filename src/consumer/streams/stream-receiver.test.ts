import { describe, expect, it } from 'vitest';
import { firstDifference } from '../../frame/index.ts';
import { pairKeyText } from '../../market/index.ts';
import { manualClock, sampleFrame, sampleKey } from '../../testing/index.ts';
import { ManualStreamSource } from '../../testing/manual-stream-source.ts';
import {
  type ConsumerControl,
  MOST_CHUNK_BYTES,
  type StreamLimits,
  type StreamSeq,
  defaultStreamLimits,
} from '../../wire/index.ts';
import { StreamReceiver } from './stream-receiver.ts';

const EPOCH = 9;
const HEARTBEAT_MS = 500;

/** A receiver that was welcomed, and what it tells and asks. */
class Scene {
  readonly clock = manualClock(1_000_000);
  readonly receiver: StreamReceiver;
  readonly asked: ConsumerControl[] = [];
  /** `copy 3`, `live`, `behind`, `resync gap`, `unreadable`, …, each with the pair. */
  readonly told: string[] = [];
  mostFrames = Infinity;
  readonly #keys = new Set<string>();

  constructor(limits: StreamLimits = {}) {
    this.receiver = new StreamReceiver({ clock: this.clock, limits: { ...defaultStreamLimits, ...limits } });
    this.connect();
  }

  connect(epoch = EPOCH): void {
    this.receiver.begin({
      send: (control) => void this.asked.push(control),
      hasRoomFor: (key) => this.#keys.has(pairKeyText(key)) || this.#keys.size < this.mostFrames,
      onCopy: (key, { position: { seq }, whole }) =>
        void this.told.push(`${key.pair} ${whole ? 'whole' : 'copy'} ${seq}`),
      onCondition: (key, condition) => {
        this.#keys.add(pairKeyText(key));
        this.told.push(`${key.pair} ${condition}`);
      },
      onResync: (key, why) => void this.told.push(`${key.pair} resync ${why}`),
      onUnreadable: () => void this.told.push('unreadable'),
      onTooLarge: () => void this.told.push('too large'),
    });
    this.receiver.takeControl({ type: 'welcome', epoch, heartbeatMs: HEARTBEAT_MS, limits: {} });
  }

  take(...messages: readonly Uint8Array[]): void {
    for (const message of messages) this.receiver.takeBinary(message);
  }

  /** A source whose schema and first state have come. */
  source(options: ConstructorParameters<typeof ManualStreamSource>[0] = {}): ManualStreamSource {
    const source = new ManualStreamSource({ epoch: EPOCH, ...options });
    this.receiver.takeControl(source.schema());
    this.take(...source.parts());
    this.news();
    return source;
  }

  beat(streams: readonly StreamSeq[], whole = false): void {
    this.receiver.takeControl({ type: 'heartbeat', streams, whole });
  }

  /** What was told and asked since the last call. */
  news(): { readonly told: readonly string[]; readonly asked: readonly ConsumerControl[] } {
    return { told: this.told.splice(0), asked: this.asked.splice(0) };
  }

  /** After so long, how often it has asked for a stream, with a heartbeat every half second. */
  resyncsIn(ms: number, ...streams: readonly StreamSeq[]): number {
    this.asked.length = 0;
    for (let passed = 0; passed < ms; passed += HEARTBEAT_MS) {
      this.clock.advance(HEARTBEAT_MS);
      this.beat(streams);
    }
    return this.asked.filter(({ type }) => type === 'resync').length;
  }
}

describe('StreamReceiver', () => {
  it('makes copies of what is announced, and acknowledges what comes', () => {
    const scene = new Scene();
    const source = new ManualStreamSource();
    scene.receiver.takeControl(source.schema());
    expect(scene.news().told).toEqual(['BTC/USDT syncing']);
    const parts = source.parts(undefined, 1000);
    scene.take(...parts);
    const { told, asked } = scene.news();
    expect(told).toEqual(['BTC/USDT live', 'BTC/USDT whole 1']);
    const { total } = source.snapshot();
    const acks = parts.map((_, i) => Math.min(1000 * (i + 1), total));
    expect(asked).toEqual(acks.map((bytes) => ({ type: 'ack', stream: 1, seq: 1, bytes })));
    source.grow(1);
    scene.take(source.delta(2));
    expect(scene.news()).toEqual({ told: ['BTC/USDT copy 2'], asked: [] });
    const { bytes, ...counts } = scene.receiver.counts;
    expect(counts).toEqual({ deltas: 1, snapshots: 1, resyncs: 0, mismatches: 0, conflated: 0 });
    expect(bytes).toBe([...parts, source.delta(2)].reduce((sum, { length }) => sum + length, 0));
  });

  it.each([MOST_CHUNK_BYTES, 8192])('acknowledges long parts often enough, where the first has %d bytes', (first) => {
    const scene = new Scene();
    const source = new ManualStreamSource({ frame: sampleFrame({ rows: 8000 }) });
    scene.receiver.takeControl(source.schema());
    const { total } = source.snapshot();
    scene.take(source.part(0, first));
    let [most, acknowledged] = [0, 0];
    for (let at = first; at < total; at += MOST_CHUNK_BYTES) {
      scene.take(source.part(at));
      const last = scene.asked.at(-1);
      acknowledged = last?.type === 'ack' ? last.bytes : 0;
      most = Math.max(most, Math.min(total, at + MOST_CHUNK_BYTES) - acknowledged);
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(4 * MOST_CHUNK_BYTES);
    const acks = scene.asked.filter(({ type }) => type === 'ack').length;
    expect(acks).toBeLessThanOrEqual(2 + total / (4 * MOST_CHUNK_BYTES));
    expect(acknowledged).toBe(total);
  });

  it('asks for what is lost, at once and again after 2 s, then twice as long each time up to 30 s', () => {
    const scene = new Scene();
    const source = scene.source();
    source.grow(3);
    scene.take(source.delta(3));
    expect(scene.news()).toEqual({
      told: ['BTC/USDT behind', 'BTC/USDT resync gap'],
      asked: [{ type: 'resync', stream: 1, have: 1 }],
    });
    // Whatever comes meanwhile, it is asked for once.
    scene.take(source.delta(4));
    expect(scene.news().asked).toEqual([]);
    const times: number[] = [];
    for (let passed = 500; passed <= 120_000; passed += HEARTBEAT_MS) {
      if (scene.resyncsIn(HEARTBEAT_MS, { stream: 1, seq: 4 }) > 0) times.push(passed / 1000);
    }
    expect(times).toEqual([2, 6, 14, 30, 60, 90, 120]);
    scene.take(source.delta(2, 4));
    expect(scene.resyncsIn(60_000, { stream: 1, seq: 4 })).toBe(0);
    // Another loss is asked for at once.
    source.grow(2);
    scene.take(source.delta(6));
    expect(scene.news().asked.at(-1)).toEqual({ type: 'resync', stream: 1, have: 4 });
  });

  it('has patience while parts of other snapshots come', () => {
    const scene = new Scene();
    const source = scene.source();
    source.grow(3);
    scene.take(source.delta(3));
    const other = new ManualStreamSource({ id: 2, key: sampleKey('ETH/USDT'), frame: sampleFrame({ rows: 400 }) });
    scene.receiver.takeControl(other.schema());
    scene.asked.length = 0;
    for (const part of other.parts(undefined, 2000)) {
      scene.clock.advance(HEARTBEAT_MS);
      scene.take(part);
      scene.beat([]);
    }
    expect(scene.asked.filter(({ type }) => type === 'resync')).toEqual([]);
    expect(scene.resyncsIn(2500)).toBe(1);
  });

  it('asks for the whole where a copy differs, and counts it', () => {
    const scene = new Scene();
    const source = scene.source();
    const other = new ManualStreamSource({ frame: sampleFrame({ rows: 20, seed: 'other' }) });
    other.advance(sampleFrame({ rows: 21, seed: 'other' }));
    scene.take(other.delta(2));
    expect(scene.news()).toEqual({
      told: ['BTC/USDT mismatched', 'BTC/USDT resync mismatch'],
      asked: [{ type: 'resync', stream: 1 }],
    });
    expect(scene.receiver.counts).toMatchObject({ mismatches: 1, resyncs: 1 });
    source.grow(1);
    scene.take(...source.parts());
    expect(scene.news().told).toEqual(['BTC/USDT live', 'BTC/USDT whole 2']);
  });

  it('finds by a heartbeat what was lost at the end', () => {
    const scene = new Scene();
    const source = scene.source();
    source.grow(1);
    scene.beat([{ stream: 1, seq: 2 }]);
    expect(scene.news().asked).toEqual([{ type: 'resync', stream: 1, have: 1 }]);
    scene.take(source.delta(2));
    expect(scene.news().told.at(-1)).toBe('BTC/USDT copy 2');
  });

  it('asks where nothing is told of a stream for long: two whole heartbeats were lost, or its end', () => {
    const scene = new Scene();
    scene.source();
    expect(scene.resyncsIn(41 * HEARTBEAT_MS)).toBe(0);
    expect(scene.resyncsIn(HEARTBEAT_MS)).toBe(1);
    scene.receiver.takeControl({ type: 'end', stream: 1 });
    expect(scene.news().told.at(-1)).toBe('BTC/USDT ended');
    expect(scene.resyncsIn(100 * HEARTBEAT_MS)).toBe(0);
  });

  it('ends what a heartbeat that tells of all does not name', () => {
    const scene = new Scene();
    scene.source();
    scene.source({ id: 2, key: sampleKey('ETH/USDT') });
    scene.beat([{ stream: 2, seq: 1 }]);
    expect(scene.news().told).toEqual([]);
    scene.beat([{ stream: 2, seq: 1 }], true);
    expect(scene.news().told).toEqual(['BTC/USDT ended']);
    expect([...scene.receiver.streams].map(({ id }) => id)).toEqual([2]);
  });

  it('asks for a stream whose schema was lost, and takes it then', () => {
    const scene = new Scene();
    const source = new ManualStreamSource();
    scene.take(...source.parts());
    scene.beat([{ stream: 1, seq: 0 }]);
    expect(scene.told).toEqual([]);
    // What makes room for others is acknowledged all the same.
    expect(scene.news().asked).toEqual([{ type: 'ack', stream: 1, seq: 1, bytes: source.snapshot().total }]);
    scene.beat([{ stream: 1, seq: 1 }]);
    expect(scene.news().asked).toEqual([{ type: 'resync', stream: 1 }]);
    scene.receiver.takeControl(source.schema());
    scene.take(...source.parts());
    expect(scene.news().told).toEqual(['BTC/USDT syncing', 'BTC/USDT live', 'BTC/USDT whole 1']);
  });

  it('passes over what comes from another run, or damaged', () => {
    const scene = new Scene();
    const source = scene.source();
    source.grow(1);
    const foreign = new ManualStreamSource({ epoch: EPOCH + 1 });
    foreign.grow(1);
    scene.take(foreign.delta(2), ...foreign.parts());
    expect(scene.news()).toEqual({ told: [], asked: [] });
    const damaged = source.delta(2).slice();
    damaged[damaged.length - 1] ^= 1;
    scene.take(damaged, new Uint8Array(3), new Uint8Array());
    expect(scene.news()).toEqual({ told: ['unreadable', 'unreadable', 'unreadable'], asked: [] });
  });

  it('goes on where it was over the next connection, and anew with another run', () => {
    const scene = new Scene();
    const source = scene.source();
    scene.source({ id: 2, key: sampleKey('ETH/USDT') });
    expect(scene.receiver.subscription(undefined).resume).toEqual({
      epoch: EPOCH,
      streams: new Map([
        [1, 1],
        [2, 1],
      ]),
    });
    scene.receiver.interrupt('it broke');
    source.grow(2);
    // Nothing is heard between connections.
    scene.beat([{ stream: 1, seq: 3 }]);
    expect(scene.news()).toEqual({ told: [], asked: [] });
    scene.connect();
    scene.take(source.delta(2, 3));
    expect(scene.news().told).toEqual(['BTC/USDT live', 'BTC/USDT copy 3']);
    scene.connect(EPOCH + 1);
    expect(scene.receiver.subscription(undefined).resume).toBeUndefined();
    expect([...scene.receiver.streams]).toEqual([]);
    scene.take(source.delta(2));
    expect(scene.news()).toEqual({ told: ['BTC/USDT behind', 'ETH/USDT behind'], asked: [] });
  });

  it('takes another part of the same frame in the place of the one before', () => {
    const scene = new Scene();
    const source = scene.source();
    const part = new ManualStreamSource({ id: 2, frame: sampleFrame({ rows: 20 }).select(['date', 'close']) });
    scene.receiver.takeControl(part.schema());
    scene.take(...part.parts());
    source.grow(1);
    scene.take(source.delta(2));
    scene.receiver.takeControl({ type: 'end', stream: 1 });
    expect(scene.news().told).toEqual(['BTC/USDT syncing', 'BTC/USDT live', 'BTC/USDT whole 1']);
    const [{ frame }] = scene.receiver.streams;
    expect(frame && firstDifference(frame, part.frame(1))).toBeUndefined();
  });
});
