import { describe, expect, it } from 'vitest';
import { type PairKey, parseTimeframe } from '../../market/index.ts';
import { manualClock, sampleFrame, sampleKey } from '../../testing/index.ts';
import { type ManualStreamPeer, manualStreamPeer } from '../../testing/manual-stream-peer.ts';
import type { ProducerOptions } from '../producer-options.ts';
import { Producer } from '../producer.ts';

const HEARTBEAT_MS = 500;

/** A producer of so many pairs with 20 rows each, and one peer of it that has all. */
class Scene {
  readonly clock = manualClock(1_000_000);
  readonly producer: Producer;
  readonly keys: readonly PairKey[];
  readonly peer: ManualStreamPeer;
  readonly #rows = new Map<PairKey, number>();

  constructor(options: ProducerOptions & { readonly pairs?: number } = {}) {
    const { pairs = 2, ...limits } = options;
    const timeframe = parseTimeframe('5m');
    this.producer = new Producer({ timeframe, candleType: 'spot', epoch: 9, clock: this.clock, ...limits });
    this.keys = Array.from({ length: pairs }, (_, i) => sampleKey(`P${i + 1}/USDT`));
    this.producer.setWhitelist(this.keys.map(({ pair }) => pair));
    for (const [i] of this.keys.entries()) this.candle(i + 1, 20);
    this.peer = manualStreamPeer(this.producer);
    this.peer.subscribe();
    this.peer.news();
  }

  /** A new candle of the n-th pair, whose stream is the n-th. */
  candle(n: number, more = 1): void {
    const key = this.keys[n - 1];
    const rows = (this.#rows.get(key) ?? 0) + more;
    this.#rows.set(key, rows);
    this.producer.publish({ key, frame: sampleFrame({ rows }), lastAnalyzed: 5000 }, { newCandle: true });
  }

  beat(times = 1): string[] {
    for (let i = 0; i < times; i++) this.clock.advance(HEARTBEAT_MS);
    return [...this.peer.news()];
  }
}

describe('a request for what is missing', () => {
  it('is answered with the delta from the state that is held, where that is kept', () => {
    const scene = new Scene();
    const { peer } = scene;
    peer.socket.hold();
    for (let i = 0; i < 3; i++) scene.candle(1);
    const before = peer.socket.sent.length;
    peer.control({ type: 'resync', stream: 1, have: 2 });
    const kinds = peer.socket.sent.slice(before).map((message) => [message[0], message[1]]);
    // A schema, a delta, and a heartbeat that tells how far it goes.
    expect(kinds.map(([first, kind]) => (first === 0xc1 ? kind : 'text'))).toEqual(['text', 1, 'text']);
    const delta = peer.socket.sent[before + 1];
    const view = new DataView(delta.buffer, delta.byteOffset);
    expect([view.getUint32(12, true), view.getUint16(16, true)]).toEqual([4, 1]);
  });

  it('is answered with the whole where nothing is held, or a state that is none', () => {
    const scene = new Scene({ keptStates: 2 });
    const { peer } = scene;
    for (let i = 0; i < 5; i++) scene.candle(1);
    peer.news();
    for (const have of [undefined, 1, 0, 7, 2 ** 32 - 1]) {
      peer.control({ type: 'resync', stream: 1, ...(have === undefined ? {} : { have }) });
      expect(peer.news().slice(0, 2)).toEqual(['schema 1', 'snapshot 1:6']);
    }
  });

  it('is answered with a heartbeat where nothing is missing', () => {
    const scene = new Scene();
    scene.peer.control({ type: 'resync', stream: 1, have: 1 });
    expect(scene.peer.news()).toEqual(['schema 1', 'heartbeat 1:1']);
  });

  it('is answered with its end where there is no such stream', () => {
    const scene = new Scene();
    scene.peer.control({ type: 'resync', stream: 77 });
    expect(scene.peer.news()).toEqual(['end 77']);
  });

  it('begins a snapshot anew that is on its way', () => {
    const scene = new Scene({ snapshotWindowBytes: 1 });
    scene.candle(2, 600);
    const { peer } = scene;
    peer.news();
    peer.acknowledges = false;
    peer.control({ type: 'resync', stream: 2 });
    expect(peer.news()).toContain('snapshot 2:2 part');
    peer.control({ type: 'resync', stream: 2 });
    while (peer.owed > 0) peer.acknowledge();
    expect(peer.news().filter((note) => note === 'snapshot 2:2')).toHaveLength(1);
  });

  it('cannot make memory grow: a consumer that asks and asks and does not read', () => {
    const scene = new Scene({ pairs: 5, softLimitBytes: 20_000 });
    const { peer } = scene;
    peer.socket.hold();
    for (let i = 0; i < 9000; i++) {
      const stream = 1 + (i % 7);
      peer.control(i % 3 === 0 ? { type: 'resync', stream, have: 1 } : { type: 'resync', stream });
      if (i % 100 === 0) scene.candle(1 + ((i / 100) % 5));
    }
    expect(peer.socket.bufferedBytes).toBeLessThan(20_000 + 64 * 1024);
    const most = peer.socket.sent.length;
    for (let i = 0; i < 500; i++) peer.control({ type: 'resync', stream: 1 + (i % 7), have: 2 });
    expect(peer.socket.sent.length).toBe(most);
    // It is served when it reads: the newest of all that it asked for.
    peer.socket.release();
    scene.clock.advance(20 * HEARTBEAT_MS);
    for (const [i, key] of scene.keys.entries()) {
      const { seq } = scene.producer.streams[i];
      expect(peer.stream(key).seq).toBe(seq);
    }
  });

  it('cannot make memory grow by wanting other things again and again', () => {
    const scene = new Scene({ pairs: 20, softLimitBytes: 20_000, requestsPerSecond: 5000 });
    const { peer } = scene;
    peer.socket.hold();
    const resume = { epoch: 9, streams: new Map(scene.keys.map((_, i) => [i + 1, 1])) };
    for (let i = 0; i < 2000; i++) peer.subscribe({ want: i % 2 === 0 ? [] : [{ tail: 10 + (i % 5) }], resume });
    expect(peer.socket.bufferedBytes).toBeLessThan(20_000 + 64 * 1024);
    peer.subscribe({ want: [{ tail: 7 }] });
    peer.socket.release();
    scene.clock.advance(HEARTBEAT_MS);
    for (const key of scene.keys) expect(peer.frame(key)?.length).toBe(7);
  });

  it('is refused beyond the rate of requests, and at last ends the connection', () => {
    const scene = new Scene({ requestsPerSecond: 1, mostRefused: 10 });
    const { peer } = scene;
    // Twenty are allowed at once, and a subscription counts as one and one for each frame.
    for (let i = 0; i < 19 - scene.keys.length; i++) peer.control({ type: 'resync', stream: 1 });
    expect(peer.messages.filter(({ type }) => type === 'exception')).toEqual([]);
    for (let i = 0; i < 10; i++) peer.control({ type: 'resync', stream: 1 });
    expect(peer.messages.filter(({ type }) => type === 'exception')).toHaveLength(10);
    expect(peer.socket.closedWith).toBeUndefined();
    peer.control({ type: 'resync', stream: 1 });
    expect(peer.socket.closedWith).toMatchObject({ code: 1008 });
  });

  it('makes no sense without a subscription, and an acknowledgement none of what was not sent', () => {
    const scene = new Scene();
    const other = manualStreamPeer(scene.producer);
    other.control({ type: 'resync', stream: 1 });
    expect(other.messages).toEqual([{ type: 'exception', reason: 'there are no streams; subscribe to some first' }]);
    scene.candle(2, 600);
    scene.peer.acknowledges = false;
    scene.peer.control({ type: 'resync', stream: 2 });
    scene.peer.control({ type: 'ack', stream: 2, seq: 2, bytes: 2 ** 31 });
    expect(scene.peer.messages.at(-1)).toEqual({
      type: 'exception',
      reason: 'an acknowledgement of bytes that were not sent',
    });
  });
});

describe('heartbeats', () => {
  it('tell of all streams at first and now and then, and of those that moved in between', () => {
    const scene = new Scene();
    expect(scene.beat()).toEqual(['heartbeat']);
    scene.candle(2);
    expect(scene.beat()).toEqual(['delta 2:2-2', 'heartbeat 2:2']);
    expect(scene.beat()).toEqual(['heartbeat']);
    // The one on subscribing was the first of twenty.
    const later = scene.beat(17);
    expect(later.at(-1)).toBe('whole heartbeat 1:1 2:2');
    expect(later.slice(0, -1)).toEqual(Array.from({ length: 16 }, () => 'heartbeat'));
    expect(scene.beat(20).at(-1)).toBe('whole heartbeat 1:1 2:2');
  });

  it('tell of newer states that wait at the producer, once each', () => {
    const scene = new Scene({ snapshotWindowBytes: 1, mostDeltaBytes: 0, mostSnapshotsAtOnce: 1 });
    const { peer } = scene;
    scene.candle(2, 600);
    scene.beat();
    const other = manualStreamPeer(scene.producer);
    other.acknowledges = false;
    other.subscribe({ want: [{ pair: scene.keys[1].pair }] });
    scene.candle(1);
    expect(scene.beat()).toEqual(['heartbeat 1:1:2']);
    expect(scene.beat()).toEqual(['heartbeat']);
    scene.candle(1);
    expect(scene.beat()).toEqual(['heartbeat 1:1:3']);
    while (other.owed > 0) other.acknowledge();
    expect(peer.news()).toEqual(['snapshot 1:3']);
    expect(scene.beat().at(-1)).toBe('heartbeat 1:3');
  });

  it('tell nothing to one who does not read, and go on when it does', () => {
    const scene = new Scene({ softLimitBytes: 4000 });
    const { peer } = scene;
    peer.socket.hold();
    // Nothing is told while there is no room.
    while (peer.socket.bufferedBytes < 4000) scene.candle(1);
    const before = peer.socket.sent.length;
    for (let i = 0; i < 5; i++) scene.candle(1);
    scene.clock.advance(10 * HEARTBEAT_MS);
    expect(peer.socket.sent.length).toBe(before);
    peer.socket.release();
    const [{ seq }] = scene.producer.streams;
    expect(peer.stream(scene.keys[0]).seq).toBe(seq);
    expect(scene.beat().at(-1)).toBe(`heartbeat 1:${seq}`);
  });

  it('stop when nobody is there who takes streams, and begin with the next', () => {
    const scene = new Scene();
    expect(scene.clock.pendingTimers).toBe(1);
    scene.peer.events.onClose(1006, '');
    expect(scene.clock.pendingTimers).toBe(0);
    const stock = manualStreamPeer(scene.producer);
    stock.events.onMessage(JSON.stringify({ type: 'subscribe', data: ['whitelist'] }));
    expect(scene.clock.pendingTimers).toBe(0);
    const peer = manualStreamPeer(scene.producer);
    peer.subscribe();
    peer.news();
    scene.clock.advance(HEARTBEAT_MS);
    expect(peer.news()).toEqual(['heartbeat']);
  });
});
