import { describe, expect, it } from 'vitest';
import { firstDifference } from '../../frame/index.ts';
import { type PairKey, parseTimeframe } from '../../market/index.ts';
import { manualClock, sampleFrame, sampleKey } from '../../testing/index.ts';
import { type ManualStreamPeer, manualStreamPeer } from '../../testing/manual-stream-peer.ts';
import type { ProducerOptions } from '../producer-options.ts';
import { Producer } from '../producer.ts';

const KIB = 1024;
const SOFT = 24 * KIB;
const CHUNK = 64 * KIB;
const HEARTBEAT_MS = 500;
const DRAIN_MS = 10_000;

/** Four pairs of 200 rows. */
class Scene {
  readonly clock = manualClock(1_000_000);
  readonly producer: Producer;
  readonly keys: readonly PairKey[] = Array.from({ length: 4 }, (_, i) => sampleKey(`P${i + 1}/USDT`));
  rows = 200;

  constructor(options: ProducerOptions = {}) {
    const timeframe = parseTimeframe('5m');
    const limits = { softLimitBytes: SOFT, drainTimeoutMs: DRAIN_MS, ...options };
    this.producer = new Producer({ timeframe, candleType: 'spot', epoch: 9, clock: this.clock, ...limits });
    this.producer.setWhitelist(this.keys.map(({ pair }) => pair));
    this.#publish();
  }

  candle(): void {
    this.rows += 1;
    this.#publish();
  }

  #publish(): void {
    const frame = sampleFrame({ rows: this.rows });
    for (const key of this.keys) this.producer.publish({ key, frame, lastAnalyzed: 5000 }, { newCandle: true });
  }

  peer(): ManualStreamPeer {
    const peer = manualStreamPeer(this.producer);
    peer.subscribe();
    this.clock.advance(HEARTBEAT_MS);
    return peer;
  }

  expectEqual(peer: ManualStreamPeer): void {
    const expected = sampleFrame({ rows: this.rows });
    for (const key of this.keys) {
      const copy = peer.frame(key);
      expect(copy && firstDifference(copy, expected)).toBeUndefined();
      expect(copy?.length).toBe(this.rows);
    }
  }
}

describe('a consumer whose connection carries too little', () => {
  it('is told with the first room that it is behind, before more is sent', () => {
    const scene = new Scene({ drainTimeoutMs: 1e9 });
    const peer = scene.peer();
    peer.socket.hold();
    while (peer.socket.bufferedBytes < SOFT) scene.candle();
    for (let i = 0; i < 5; i++) scene.candle();
    scene.clock.advance(2 * HEARTBEAT_MS);
    const before = peer.socket.sent.length;
    peer.socket.read(before);
    const next = new TextDecoder().decode(peer.socket.sent[before]);
    const { streams } = JSON.parse(next).data.heartbeat;
    expect(streams).toHaveLength(scene.keys.length);
    for (const [, sent, now] of streams) expect(now).toBeGreaterThan(sent);
  });
});

describe('a consumer that stops reading', () => {
  it('has no more queued than the soft limit and one part, and from then on nothing is added', () => {
    const scene = new Scene({ drainTimeoutMs: 1e9 });
    const peer = scene.peer();
    peer.socket.hold();
    let most = 0;
    for (let i = 0; i < 100; i++) {
      scene.candle();
      if (i % 10 === 0) scene.clock.advance(HEARTBEAT_MS);
      most = Math.max(most, peer.socket.bufferedBytes);
    }
    expect(most).toBeGreaterThanOrEqual(SOFT);
    expect(most).toBeLessThanOrEqual(SOFT + CHUNK);
    const { length } = peer.socket.sent;
    for (let i = 0; i < 50; i++) scene.candle();
    scene.clock.advance(200 * HEARTBEAT_MS);
    expect(peer.socket.sent.length).toBe(length);
    // Afterwards it has the newest state of everything.
    peer.socket.release();
    scene.clock.advance(HEARTBEAT_MS);
    scene.expectEqual(peer);
    expect(peer.socket.closedWith).toBeUndefined();
  });

  it('has no more queued where it stops before its first snapshot came', () => {
    for (const snapshotWindowBytes of [1, 256 * KIB, 4096 * KIB]) {
      const scene = new Scene({ snapshotWindowBytes, mostSnapshotWindowBytes: 4096 * KIB, drainTimeoutMs: 1e9 });
      const peer = manualStreamPeer(scene.producer);
      peer.socket.hold();
      peer.subscribe();
      for (let i = 0; i < 50; i++) {
        scene.candle();
        scene.clock.advance(HEARTBEAT_MS);
      }
      expect(peer.socket.bufferedBytes).toBeLessThanOrEqual(SOFT + CHUNK);
      peer.socket.release();
      scene.clock.advance(40 * HEARTBEAT_MS);
      scene.expectEqual(peer);
    }
  });

  it('is closed with 4001 when it has not drained in time, and not before', () => {
    const scene = new Scene();
    const peer = scene.peer();
    peer.socket.hold();
    while (peer.socket.bufferedBytes < SOFT) scene.candle();
    scene.clock.advance(DRAIN_MS + HEARTBEAT_MS);
    expect(peer.socket.closedWith).toBeUndefined();
    scene.clock.advance(HEARTBEAT_MS);
    expect(peer.socket.closedWith).toEqual({ code: 4001, reason: 'did not read what was queued within 10 s' });
    const { length } = peer.socket.sent;
    scene.candle();
    expect(peer.socket.sent.length).toBe(length);
    expect(scene.producer.streams.map(({ consumers }) => consumers)).toEqual(scene.keys.map(() => 0));
  });

  it('is forgiven where it reads in time', () => {
    const scene = new Scene();
    const peer = scene.peer();
    for (let i = 0; i < 3; i++) {
      peer.socket.hold();
      while (peer.socket.bufferedBytes < SOFT) scene.candle();
      scene.clock.advance(DRAIN_MS - HEARTBEAT_MS);
      peer.socket.release();
      scene.clock.advance(HEARTBEAT_MS);
    }
    expect(peer.socket.closedWith).toBeUndefined();
    scene.expectEqual(peer);
  });

  it('gets the newest state while it reads slowly, a message at a time', () => {
    const scene = new Scene({ drainTimeoutMs: 1e9 });
    const peer = scene.peer();
    peer.socket.hold();
    for (let i = 0; i < 100; i++) {
      scene.candle();
      peer.socket.read(2);
      expect(peer.socket.bufferedBytes).toBeLessThanOrEqual(SOFT + CHUNK);
    }
    peer.socket.release();
    scene.expectEqual(peer);
  });

  it('gets a compressed snapshot, and what came while it was compressed', async () => {
    const scene = new Scene({ compressBelowBytesPerSecond: Infinity });
    const peer = manualStreamPeer(scene.producer);
    peer.subscribe();
    expect(peer.notes.filter((note) => note.includes('snapshot'))).toEqual([]);
    for (let i = 0; i < 3; i++) scene.candle();
    const isSynced = () =>
      scene.keys.every(
        (key, i) => peer.frame(key) !== undefined && peer.stream(key).seq === scene.producer.streams[i].seq,
      );
    while (!isSynced()) {
      await new Promise((resolve) => void setImmediate(resolve));
    }
    scene.expectEqual(peer);
    expect(peer.notes.filter((note) => note.startsWith('compressed snapshot 1:'))).toHaveLength(1);
  });

  it('does not slow its neighbours: each has every state at once', () => {
    const scene = new Scene();
    const peers = [scene.peer(), scene.peer(), scene.peer()];
    const stopped = [scene.peer(), scene.peer()];
    for (const { socket } of stopped) socket.hold();
    for (let i = 0; i < 60; i++) {
      scene.candle();
      for (const peer of peers) {
        expect(peer.news().filter((note) => note.startsWith('delta'))).toHaveLength(scene.keys.length);
        scene.expectEqual(peer);
      }
      if (i % 4 === 0) scene.clock.advance(HEARTBEAT_MS);
    }
    for (const peer of peers) expect(peer.notes.filter((note) => note === 'snapshot 1:1')).toHaveLength(1);
  });

  it('keeps nobody from getting snapshots, however many such consumers there are', () => {
    // Of each of these one part is on its way, and more of the same snapshot to come.
    const scene = new Scene({ mostSnapshotsAtOnce: 2, snapshotWindowBytes: 1, drainTimeoutMs: 1e9 });
    for (let i = 0; i < 5; i++) {
      const stopped = manualStreamPeer(scene.producer);
      stopped.socket.hold();
      stopped.subscribe();
    }
    const peer = manualStreamPeer(scene.producer);
    peer.subscribe();
    // Each that is let in before is found out after 15 s, two at a time.
    scene.clock.advance(29_500);
    expect(scene.keys.map((key) => peer.frame(key))).toEqual(scene.keys.map(() => undefined));
    scene.clock.advance(1000);
    scene.expectEqual(peer);
  });
});
