import { describe, expect, it } from 'vitest';
import { parseTimeframe } from '../market/index.ts';
import { type ManualSocket, manualClock, manualSocket, sampleFrame, sampleKey } from '../testing/index.ts';
import type { MessageSocketEvents } from '../wire/index.ts';
import type { ProducerOptions } from './producer-options.ts';
import { Producer } from './producer.ts';

const BTC = sampleKey('BTC/USDT');
const ETH = sampleKey('ETH/USDT');
const frame = sampleFrame({ rows: 300 });
const streams = { version: 1 };

class Scene {
  readonly clock = manualClock(1_000_000);
  readonly producer: Producer;

  constructor(options: ProducerOptions = {}) {
    const { clock } = this;
    this.producer = new Producer({ timeframe: parseTimeframe('5m'), candleType: 'spot', clock, ...options });
    for (const key of [BTC, ETH]) this.publish(key, 200);
  }

  publish(key: typeof BTC, rows: number): void {
    const analyzed = { key, frame: frame.head(rows), lastAnalyzed: this.clock.now() };
    this.producer.publish(analyzed, { newCandle: true });
  }

  attach(candlecast?: object, topics: readonly string[] = ['whitelist', 'analyzed_df']): Attached {
    const socket = manualSocket();
    const events = this.producer.attach(socket);
    const subscribe = () => events.onMessage(JSON.stringify({ type: 'subscribe', data: topics, candlecast }));
    subscribe();
    return { socket, events };
  }

  get session() {
    return this.producer.sessions[0];
  }
}

interface Attached {
  readonly socket: ManualSocket;
  readonly events: MessageSocketEvents;
}

const bytesOf = ({ socket }: Attached) => socket.sent.reduce((sum, { length }) => sum + length, 0);

/** Tells that the snapshots have arrived, read off the chunks that were sent. */
function acknowledge({ socket, events }: Attached, before: () => void): void {
  for (const bytes of socket.sent) {
    if (bytes[0] !== 0xc1 || (bytes[1] & 15) !== 2) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const [stream, seq] = [view.getUint32(4, true), view.getUint32(12, true)];
    const ack = { stream, seq, bytes: view.getUint32(48, true) + bytes.length - 52 };
    before();
    events.onMessage(JSON.stringify({ type: 'candlecast', data: { ack } }));
  }
}

describe('producer.sessions', () => {
  it('show what a consumer of streams was sent, from the first byte on', () => {
    const scene = new Scene({ compressBelowBytesPerSecond: 0 });
    const consumer = scene.attach(streams);
    expect(scene.session).toMatchObject({
      mode: 'streams',
      since: 1_000_000,
      streams: 2,
      snapshots: 2,
      deltas: 0,
      conflated: 0,
      pendingFrames: 0,
      bytesPerSecond: undefined,
      messages: consumer.socket.sent.length,
      bytes: bytesOf(consumer),
    });
    // The rate shows from the second on.
    acknowledge(consumer, () => scene.clock.advance(300));
    expect(scene.session.bytesPerSecond).toBeGreaterThan(0);
    scene.publish(BTC, 201);
    expect(scene.session).toMatchObject({ deltas: 1, snapshots: 2, bytes: bytesOf(consumer) });
    const first = scene.producer.streams[0].stream;
    consumer.events.onMessage(JSON.stringify({ type: 'candlecast', data: { resync: { stream: first } } }));
    expect(scene.session).toMatchObject({ resyncs: 1, snapshots: 3 });
  });

  it('show what waits for one that does not read, and what it never gets', () => {
    const scene = new Scene({ softLimitBytes: 1000, heartbeatMs: 1000, keptStates: 16 });
    const { socket } = scene.attach(streams);
    socket.hold();
    for (let rows = 201; rows <= 220; rows++) scene.publish(BTC, rows);
    scene.clock.advance(1000);
    expect(scene.session).toMatchObject({
      queuedBytes: socket.bufferedBytes,
      pendingFrames: 1,
      behindSince: 1_001_000,
    });
    expect(scene.session.queuedBytes).toBeGreaterThanOrEqual(1000);
    const { deltas } = scene.session;
    socket.release();
    // The last delta takes it from the last one that was sent to the newest state.
    expect(scene.session).toMatchObject({
      queuedBytes: 0,
      pendingFrames: 0,
      deltas: deltas + 1,
      conflated: 20 - deltas - 1,
    });
  });

  it('show how frames go to others', () => {
    const scene = new Scene();
    const rows = scene.attach();
    scene.publish(BTC, 201);
    expect(scene.session).toMatchObject({ mode: 'rows', streams: 0, deltas: 0, messages: 1, bytes: bytesOf(rows) });
    rows.events.onClose(1000, '');
    scene.attach(streams, ['whitelist']);
    expect(scene.session.mode).toBeUndefined();
  });
});

describe('producer.counts', () => {
  it('hold what was counted for consumers that are gone, and for streams that were given up', () => {
    const scene = new Scene();
    const [first, second] = [scene.attach(streams), scene.attach(streams)];
    scene.publish(BTC, 201);
    const whole = { published: 3, consumers: 2, snapshots: 4, deltas: 2, bytes: bytesOf(first) + bytesOf(second) };
    expect(scene.producer.counts).toMatchObject(whole);
    // It goes on with rows.
    first.events.onMessage(JSON.stringify({ type: 'subscribe', data: ['analyzed_df'] }));
    expect(scene.session).toMatchObject({ mode: 'rows', streams: 0, snapshots: 2, deltas: 1 });
    expect(scene.producer.counts).toMatchObject(whole);
    first.events.onClose(1000, '');
    second.events.onClose(1000, '');
    second.events.onClose(1000, '');
    expect(scene.producer.sessions).toEqual([]);
    expect(scene.producer.counts).toMatchObject(whole);
  });

  it('tell of those who were closed since they did not read, once each, and of those who were sent away', () => {
    const scene = new Scene({ softLimitBytes: 1000, drainTimeoutMs: 5000, mostConsumers: 1 });
    const { socket, events } = scene.attach(streams);
    scene.attach();
    expect(scene.producer.counts).toMatchObject({ consumers: 1, turnedAway: 1, stalled: 0 });
    socket.hold();
    for (let rows = 201; rows <= 220; rows++) scene.publish(BTC, rows);
    scene.clock.advance(10_000);
    expect(socket.closedWith?.code).toBe(4001);
    expect(scene.producer.counts.stalled).toBe(1);
    events.onClose(1006, '');
    expect(scene.producer.counts).toMatchObject({ stalled: 1, consumers: 1 });
  });
});
