import { describe, expect, it } from 'vitest';
import { parseTimeframe } from '../../market/index.ts';
import { manualClock, sampleFrame, sampleKey } from '../../testing/index.ts';
import { type ManualStreamPeer, manualStreamPeer } from '../../testing/manual-stream-peer.ts';
import type { Clock } from '../../util/clock.ts';
import type { Resume, Want } from '../../wire/index.ts';
import type { ProducerOptions } from '../producer-options.ts';
import { Producer } from '../producer.ts';

const key = sampleKey();
const EPOCH = 9;

/** A producer of one pair, 20 rows at first. */
class Scene {
  readonly clock = manualClock(1_000_000);
  readonly producer: Producer;
  #rows = 20;

  constructor(options: ProducerOptions & { readonly clock?: Clock } = {}) {
    const timeframe = parseTimeframe('5m');
    this.producer = new Producer({ timeframe, candleType: 'spot', epoch: EPOCH, clock: this.clock, ...options });
    this.producer.setWhitelist([key.pair]);
    this.#publish(true);
  }

  candle(): void {
    this.#rows += 1;
    this.#publish(true);
  }

  tick(): void {
    this.#publish(false);
  }

  #publish(newCandle: boolean): void {
    this.producer.publish({ key, frame: sampleFrame({ rows: this.#rows }), lastAnalyzed: 5000 }, { newCandle });
  }

  peer(options: { readonly want?: readonly Want[]; readonly resume?: Resume } = {}): ManualStreamPeer {
    const peer = manualStreamPeer(this.producer);
    peer.subscribe(options);
    return peer;
  }
}

/** Deltas and snapshots among what came since the last call. */
function states(peer: ManualStreamPeer): string[] {
  return peer.news().filter((note) => /^(delta|snapshot|compressed)/.test(note));
}

/** What came but for heartbeats. */
function all(peer: ManualStreamPeer): string[] {
  return peer.news().filter((note) => !note.includes('heartbeat'));
}

describe('the rate that a consumer wants', () => {
  it('is every state, one a candle, or at most one in so many milliseconds', () => {
    const scene = new Scene();
    const [ticks, candles, slow] = (['tick', 'candle', 400] as const).map((rate) => scene.peer({ want: [{ rate }] }));
    for (const peer of [ticks, candles, slow]) states(peer);
    scene.candle();
    scene.tick();
    scene.tick();
    scene.candle();
    scene.tick();
    expect(states(ticks)).toEqual(['delta 1:2-2', 'delta 1:3-3', 'delta 1:4-4', 'delta 1:5-5', 'delta 1:6-6']);
    expect(states(candles)).toEqual(['delta 1:2-2', 'delta 1:3-5']);
    expect(states(slow)).toEqual([]);
    scene.clock.advance(399);
    expect(states(slow)).toEqual([]);
    scene.clock.advance(1);
    expect(states(slow)).toEqual(['delta 1:2-6']);
    // After a quiet time the next one comes at once.
    scene.clock.advance(400);
    scene.tick();
    expect(states(slow)).toEqual(['delta 1:7-7']);
  });

  it('is kept for as long as one likes: what a slow one starts from is kept for it', () => {
    const scene = new Scene({ keptStates: 2 });
    const peer = scene.peer({ want: [{ rate: 60_000 }] });
    states(peer);
    for (let i = 0; i < 100; i++) scene.candle();
    scene.clock.advance(60_000);
    expect(states(peer)).toEqual(['delta 1:2-101']);
    for (let i = 0; i < 100; i++) scene.candle();
    scene.clock.advance(60_000);
    expect(states(peer)).toEqual(['delta 1:102-201']);
  });

  it('does not make it wait longer when the clock is set back', () => {
    let now = 1_000_000;
    const clock = { now: () => now, setTimer: () => ({ cancel() {} }) };
    const scene = new Scene({ clock });
    const peer = scene.peer({ want: [{ rate: 1000 }] });
    states(peer);
    now = 0;
    scene.candle();
    expect(states(peer)).toEqual(['delta 1:2-2']);
  });

  it('does not keep what was lost from being sent at once', () => {
    const scene = new Scene();
    const peer = scene.peer({ want: [{ rate: 86_400_000 }] });
    states(peer);
    scene.candle();
    expect(states(peer)).toEqual([]);
    peer.control({ type: 'resync', stream: 1 });
    expect(states(peer)).toEqual(['snapshot 1:2']);
    scene.candle();
    expect(states(peer)).toEqual([]);
  });

  it('is told of as all that there is: a heartbeat names no newer state', () => {
    const scene = new Scene();
    const peer = scene.peer({ want: [{ rate: 'candle' }] });
    scene.tick();
    scene.clock.advance(10_000);
    expect(peer.news().findLast((note) => note.includes('heartbeat '))).toBe('whole heartbeat 1:1');
  });

  it('may change while connected', () => {
    const scene = new Scene();
    const peer = scene.peer({ want: [{ rate: 60_000 }] });
    scene.candle();
    all(peer);
    peer.subscribe({ want: [{ rate: 'tick' }] });
    expect(all(peer)).toEqual(['welcome', 'delta 1:2-2']);
    scene.tick();
    expect(all(peer)).toEqual(['delta 1:3-3']);
    peer.subscribe({ want: [{ rate: 'candle' }] });
    scene.tick();
    expect(all(peer)).toEqual(['welcome']);
    expect(scene.producer.streams).toHaveLength(1);
  });
});

describe('what a consumer wants', () => {
  it('may change while connected: streams that are wanted no more end, others begin', () => {
    const scene = new Scene();
    const peer = scene.peer({ want: [{ tail: 10 }] });
    all(peer);
    peer.subscribe({ want: [{ tail: 10, columns: ['close'] }] });
    expect(all(peer)).toEqual(['welcome', 'end 1', 'schema 2', 'snapshot 2:1']);
    expect(peer.frame(key)?.names).toEqual(['date', 'close']);
    peer.subscribe({ want: [] });
    expect(all(peer)).toEqual(['welcome', 'end 2']);
    scene.candle();
    expect(all(peer)).toEqual([]);
    peer.subscribe();
    expect(all(peer)).toEqual(['welcome', 'schema 3', 'snapshot 3:1']);
    expect(peer.frame(key)?.length).toBe(21);
  });

  it('stays as it is where the same is wanted again', () => {
    const scene = new Scene();
    const peer = scene.peer();
    all(peer);
    peer.subscribe({ want: [{ rate: 'tick' }] });
    expect(all(peer)).toEqual(['welcome']);
    scene.candle();
    expect(all(peer)).toEqual(['delta 1:2-2']);
  });

  it('is nothing without the topic of frames', () => {
    const scene = new Scene();
    const peer = manualStreamPeer(scene.producer);
    peer.subscribe({ topics: ['whitelist'] });
    expect(all(peer)).toEqual(['welcome']);
    peer.subscribe();
    expect(all(peer)).toEqual(['welcome', 'schema 1', 'snapshot 1:1']);
    expect(peer.socket.texts.filter((text) => text.includes('analyzed_df'))).toEqual([]);
  });

  it('is no stream for one who subscribes as a stock consumer again', () => {
    const scene = new Scene();
    const peer = scene.peer();
    all(peer);
    peer.events.onMessage(JSON.stringify({ type: 'subscribe', data: ['analyzed_df'] }));
    scene.candle();
    expect(all(peer)).toEqual(['analyzed_df']);
    expect(scene.producer.streams.map(({ consumers }) => consumers)).toEqual([0]);
  });
});

describe('one who comes back', () => {
  const resume = (seq: number, epoch = EPOCH): Resume => ({ epoch, streams: new Map([[1, seq]]) });

  /** A scene in which somebody held stream 1 up to state 3, and left; the newest is 5. */
  function left(options: ProducerOptions = {}): Scene {
    const scene = new Scene(options);
    const peer = scene.peer();
    scene.candle();
    scene.candle();
    peer.events.onClose(1006, '');
    scene.candle();
    scene.candle();
    return scene;
  }

  /** A peer that has nothing cannot apply a delta; what came is looked at before that. */
  function returning(scene: Scene, seq: number, epoch?: number): string[] {
    const peer = manualStreamPeer(scene.producer);
    peer.socket.hold();
    peer.subscribe({ resume: resume(seq, epoch) });
    return peer.socket.sent.slice(1).map((message) => kindOf(message));
  }

  it('gets what it lacks where its state is kept', () => {
    expect(returning(left(), 3)).toEqual(['schema', 'delta 4-5', 'heartbeat']);
    expect(returning(left(), 1)).toEqual(['schema', 'delta 2-5', 'heartbeat']);
  });

  it('gets nothing but a heartbeat where it lacks nothing', () => {
    expect(returning(left(), 5)).toEqual(['schema', 'heartbeat']);
  });

  it('gets the whole where its state is not kept, is none, or is of another run', () => {
    const whole = ['schema', 'snapshot', 'heartbeat'];
    expect(returning(left({ keptStates: 2 }), 3)).toEqual(whole);
    expect(returning(left(), 6)).toEqual(whole);
    expect(returning(left(), 0)).toEqual(whole);
    expect(returning(left(), 2 ** 32 - 1)).toEqual(whole);
    expect(returning(left(), 3, EPOCH + 1)).toEqual(whole);
  });

  it('gets the whole where it was away for longer than its stream was kept', () => {
    const scene = left({ resumeMs: 1000 });
    scene.clock.advance(1001);
    scene.candle();
    expect(returning(scene, 3)).toEqual(['schema', 'snapshot', 'heartbeat']);
  });

  it('gets the whole where columns changed meanwhile', () => {
    const scene = left();
    scene.producer.publish(
      { key, frame: sampleFrame({ rows: 24 }).drop(['count']), lastAnalyzed: 0 },
      { newCandle: true },
    );
    expect(returning(scene, 5)).toEqual(['schema', 'snapshot', 'heartbeat']);
  });
});

function kindOf(message: Uint8Array): string {
  const view = new DataView(message.buffer, message.byteOffset);
  if (message[0] !== 0xc1) return Object.keys(JSON.parse(new TextDecoder().decode(message)).data)[0];
  const [to, span] = [view.getUint32(12, true), view.getUint16(16, true)];
  return message[1] === 1 ? `delta ${to - span}-${to}` : 'snapshot';
}
