import { describe, expect, it } from 'vitest';
import { manualClock, manualSocket, sampleFrame, sampleKey } from '../../testing/index.ts';
import { type ManualStreamPeer, manualStreamPeer } from '../../testing/manual-stream-peer.ts';
import { StreamScene as Scene } from '../../testing/stream-scene.ts';
import { type ProducerLimits, producerLimits } from '../producer-options.ts';
import { StreamSet } from './stream-set.ts';

const KIB = 1024;
const CHUNK = 64 * KIB;

/** Queued bytes of a socket that is held while there is news, when nothing more is added; and those before the last message. */
function queued(scene: Scene, { socket }: ManualStreamPeer): { readonly all: number; readonly before: number } {
  socket.hold();
  let before = 0;
  for (let all = -1; all !== socket.bufferedBytes;) {
    before = all;
    all = socket.bufferedBytes;
    scene.candle();
  }
  return { all: socket.bufferedBytes, before };
}

const exceptions = ({ messages }: ManualStreamPeer) => messages.filter(({ type }) => type === 'exception').length;
const states = (peer: ManualStreamPeer) => peer.news().filter((note) => /^(delta|compressed|snapshot)/.test(note));

/** What one who wants to do harm meets just at and just past each limit. */
const attacks: Readonly<Record<keyof ProducerLimits, () => void | Promise<void>>> = {
  softLimitBytes() {
    for (const softLimitBytes of [3000, 30_000]) {
      const scene = new Scene({ softLimitBytes });
      const { all, before } = queued(scene, scene.peer());
      expect(before).toBeLessThan(softLimitBytes);
      expect(all).toBeGreaterThanOrEqual(softLimitBytes);
    }
  },
  hardLimitBytes() {
    const hardLimitBytes = 30_000;
    const scene = new Scene({ softLimitBytes: 1000, hardLimitBytes });
    const { all, before } = queued(scene, scene.stock({ type: 'subscribe', data: ['analyzed_df'] }));
    expect(before).toBeLessThan(hardLimitBytes);
    expect(all).toBeGreaterThanOrEqual(hardLimitBytes);
  },
  drainTimeoutMs() {
    const scene = new Scene({ softLimitBytes: 3000, drainTimeoutMs: 5000, heartbeatMs: 1 });
    const peer = scene.peer();
    queued(scene, peer);
    scene.clock.advance(5001);
    expect(peer.socket.closedWith).toBeUndefined();
    scene.clock.advance(1);
    expect(peer.socket.closedWith?.code).toBe(4001);
  },
  mostPending() {
    for (const [mostPending, refused] of [
      [3, 0],
      [2, 1],
    ]) {
      const scene = new Scene({ mostPending, softLimitBytes: 1 }, { pairs: 3 });
      const peer = scene.stock();
      peer.socket.hold();
      for (const type of ['whitelist', 'analyzed_df']) peer.events.onMessage(JSON.stringify({ type }));
      expect(scene.producer.sessions[0].pendingFrames).toBe(mostPending);
      peer.socket.release();
      expect(exceptions(peer)).toBe(refused);
    }
  },
  mostRefused() {
    const peer = new Scene({ mostRefused: 7 }).stock();
    for (let i = 0; i < 7; i++) peer.events.onBinary(new Uint8Array(10));
    expect(peer.socket.closedWith).toBeUndefined();
    peer.events.onMessage('{"type":"whitelist"}');
    for (let i = 0; i < 7; i++) peer.events.onMessage('nonsense');
    expect(peer.socket.closedWith).toBeUndefined();
    peer.events.onMessage('nonsense');
    expect(peer.socket.closedWith?.code).toBe(1008);
  },
  mostConsumers() {
    const { producer } = new Scene({ mostConsumers: 3 });
    const sockets = Array.from({ length: 4 }, () => manualSocket());
    const [first] = sockets.map((socket) => producer.attach(socket));
    expect(sockets.map(({ closedWith }) => closedWith?.code)).toEqual([undefined, undefined, undefined, 1013]);
    first.onClose(1006, '');
    const next = manualSocket();
    producer.attach(next);
    expect(next.closedWith).toBeUndefined();
  },
  cacheBytes() {
    const analyzed = (n: number) => ({
      key: sampleKey(`P${n}/USDT`),
      frame: sampleFrame({ rows: 20 }),
      lastAnalyzed: 0,
    });
    const holder = { onAdvance() {}, onEnd() {} };
    const isKept = (cacheBytes: number) => {
      const set = new StreamSet(9, { limits: producerLimits({ cacheBytes }), clock: manualClock() });
      const streams = [1, 2].map((n) => set.hold(analyzed(n), {}, holder));
      const [first, second] = streams.flatMap((stream) => (stream === undefined ? [] : [stream]));
      const snapshot = set.snapshots.of(first);
      const { bytes } = set.snapshots;
      set.snapshots.of(second);
      return { bytes, isKept: set.snapshots.of(first) === snapshot };
    };
    const { bytes } = isKept(2 ** 20);
    expect(isKept(2 * bytes).isKept).toBe(true);
    expect(isKept(2 * bytes - 1).isKept).toBe(false);
  },
  requestsPerSecond() {
    const scene = new Scene({ requestsPerSecond: 2, mostRefused: 1000 });
    const peer = scene.stock(...Array.from({ length: 40 }, () => ({ type: 'whitelist' })));
    expect(exceptions(peer)).toBe(0);
    for (let i = 0; i < 10; i++) peer.events.onMessage('{"type":"whitelist"}');
    expect(exceptions(peer)).toBe(10);
    scene.clock.advance(1000);
    for (let i = 0; i < 3; i++) peer.events.onMessage('{"type":"whitelist"}');
    expect(exceptions(peer)).toBe(11);
  },
  heartbeatMs() {
    const scene = new Scene({ heartbeatMs: 700 });
    const peer = scene.peer();
    peer.news();
    scene.clock.advance(699);
    expect(peer.news()).toEqual([]);
    scene.clock.advance(1);
    expect(peer.news()).toEqual(['heartbeat']);
    // However often one subscribes, it is one.
    for (let i = 0; i < 50; i++) peer.subscribe();
    peer.news();
    scene.clock.advance(700);
    expect(peer.news()).toEqual(['heartbeat']);
  },
  mostStreams() {
    const scene = new Scene({ mostStreams: 3 }, { pairs: 2 });
    const peers = [1, 2].map((tail) => {
      const peer = manualStreamPeer(scene.producer);
      peer.subscribe({ want: [{ tail }] });
      return peer;
    });
    expect(scene.producer.streams).toHaveLength(3);
    expect(peers.map(exceptions)).toEqual([0, 1]);
    const other = scene.peer();
    expect(states(other)).toEqual([]);
    expect(exceptions(other)).toBe(1);
  },
  resumeMs() {
    for (const [waitMs, kept] of [
      [1000, 1],
      [1001, 0],
    ]) {
      const scene = new Scene({ resumeMs: 1000 });
      scene.peer().events.onClose(1006, '');
      scene.clock.advance(waitMs);
      scene.candle();
      expect(scene.producer.streams).toHaveLength(kept);
    }
  },
  keptStates() {
    for (const [behind, answer] of [
      [4, 'delta 1:3-6'],
      [5, 'snapshot 1:7'],
    ] as const) {
      const scene = new Scene({ keptStates: 5, softLimitBytes: 1 });
      const peer = scene.peer();
      scene.candle(1);
      peer.socket.hold();
      peer.socket.sendText(new TextEncoder().encode('{"type":"status"}'));
      scene.candle(behind);
      peer.news();
      peer.socket.release();
      scene.clock.advance(500);
      expect(states(peer)).toEqual([answer]);
    }
  },
  keptBytes() {
    // A repainted column takes memory of its own in each state.
    const bytes = 8 * 20;
    for (const [keptBytes, answer] of [
      [2 * bytes, 'delta 1:3-4'],
      [2 * bytes - 1, 'snapshot 1:4'],
    ] as const) {
      const scene = new Scene({ keptBytes, softLimitBytes: 1 });
      const repaint = (value: number) => {
        const close = Float64Array.from(sampleFrame({ rows: 20 }).numbers('close'));
        close[3] = value;
        scene.publish(sampleFrame({ rows: 20 }).with({ close }));
      };
      const peer = scene.peer();
      repaint(1);
      peer.socket.hold();
      peer.socket.sendText(new TextEncoder().encode('{"type":"status"}'));
      repaint(2);
      repaint(3);
      states(peer);
      peer.socket.release();
      scene.clock.advance(500);
      expect(states(peer)).toEqual([answer]);
    }
  },
  mostDeltaBytes() {
    const lengths = new Scene({});
    const reader = lengths.peer();
    lengths.candle();
    const { length } = reader.socket.sent[reader.socket.sent.length - 1];
    for (const [mostDeltaBytes, answer] of [
      [length, 'delta 1:2-2'],
      [length - 1, 'snapshot 1:2'],
    ] as const) {
      const scene = new Scene({ mostDeltaBytes });
      const peer = scene.peer();
      states(peer);
      scene.candle();
      expect(states(peer)).toEqual([answer]);
    }
  },
  mostSnapshotsAtOnce() {
    const scene = new Scene({ mostSnapshotsAtOnce: 2, snapshotWindowBytes: 1 }, { rows: 300 });
    const peers = [1, 2, 3].map(() => scene.peer({ acknowledges: false }));
    const begun = () => peers.map(({ notes }) => notes.some((note) => note.startsWith('snapshot')));
    expect(begun()).toEqual([true, true, false]);
    while (peers[0].owed > 0) peers[0].acknowledge();
    expect(begun()).toEqual([true, true, true]);
  },
  snapshotWindowBytes() {
    for (const snapshotWindowBytes of [20 * KIB, 200 * KIB]) {
      const { owed } = new Scene({ snapshotWindowBytes }, { rows: 6000 }).peer({ acknowledges: false });
      expect(owed).toBeGreaterThanOrEqual(snapshotWindowBytes);
      expect(owed).toBeLessThanOrEqual(snapshotWindowBytes + CHUNK);
    }
  },
  mostSnapshotWindowBytes() {
    const mostSnapshotWindowBytes = 128 * KIB;
    const scene = new Scene({ mostSnapshotWindowBytes, snapshotWindowBytes: 32 * KIB }, { rows: 40_000 });
    const peer = scene.peer({ acknowledges: false });
    let most = 0;
    // It acknowledges as fast as it can, which looks like any bandwidth.
    for (let i = 0; peer.owed > 0; i++) {
      most = Math.max(most, peer.owed);
      scene.clock.advance(i % 2);
      peer.acknowledge();
    }
    expect(most).toBeGreaterThan(64 * KIB);
    expect(most).toBeLessThanOrEqual(mostSnapshotWindowBytes + CHUNK);
    expect(peer.frame(scene.keys[0])?.length).toBe(40_000);
  },
  async compressBelowBytesPerSecond() {
    for (const [compressBelowBytesPerSecond, form] of [
      [100_000, 'compressed snapshot 1:2'],
      [0, 'snapshot 1:2'],
    ] as const) {
      const limits = { compressBelowBytesPerSecond, mostDeltaBytes: 0, snapshotWindowBytes: 16 * KIB };
      const scene = new Scene(limits, { rows: 1000 });
      const peer = scene.peer({ acknowledges: false });
      // 8 KiB a second at first, until that is known.
      while (peer.owed > 0) {
        scene.clock.advance(1000);
        peer.acknowledge();
      }
      scene.candle();
      while (!peer.notes.includes(form)) {
        await new Promise((resolve) => void setImmediate(resolve));
        peer.acknowledge();
      }
      expect(peer.notes).toContain(form);
      const other = form === 'snapshot 1:2' ? 'compressed snapshot 1:2' : 'snapshot 1:2';
      expect(peer.notes).not.toContain(other);
    }
  },
};

describe('a limit of the producer', () => {
  it('has an attack each', () => {
    expect(Object.keys(attacks).sort()).toEqual(Object.keys(producerLimits()).sort());
  });

  it.each(Object.entries(attacks))('%s holds', async (_, attack) => {
    await attack();
  });
});
