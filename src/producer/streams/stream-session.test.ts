import { describe, expect, it } from 'vitest';
import { firstDifference } from '../../frame/index.ts';
import { type PairKey, parsePair, parseTimeframe } from '../../market/index.ts';
import { manualClock, sampleFrame, sampleKey } from '../../testing/index.ts';
import { type ManualStreamPeer, manualStreamPeer } from '../../testing/manual-stream-peer.ts';
import type { Want } from '../../wire/index.ts';
import type { ProducerOptions } from '../producer-options.ts';
import { Producer } from '../producer.ts';

const btc = sampleKey();
const eth = sampleKey('ETH/USDT');

/** A producer of some pairs with 20 rows each, and peers of it. */
class Scene {
  readonly clock = manualClock(1_000_000);
  readonly producer: Producer;
  readonly rows = new Map<PairKey, number>();

  constructor(options: ProducerOptions & { readonly keys?: readonly PairKey[] } = {}) {
    const { keys = [btc, eth], ...limits } = options;
    const timeframe = parseTimeframe('5m');
    this.producer = new Producer({ timeframe, candleType: 'spot', epoch: 9, clock: this.clock, ...limits });
    this.producer.setWhitelist(keys.map(({ pair }) => pair));
    for (const key of keys) this.candle(key, 20);
  }

  /** A new candle of a pair. */
  candle(key: PairKey, more = 1): void {
    this.rows.set(key, (this.rows.get(key) ?? 0) + more);
    this.publish(key, true);
  }

  publish(key: PairKey, newCandle: boolean, frame = sampleFrame({ rows: this.rows.get(key) ?? 0 })): void {
    this.producer.publish({ key, frame, lastAnalyzed: 5000 }, { newCandle });
  }

  peer(want?: readonly Want[]): ManualStreamPeer {
    const peer = manualStreamPeer(this.producer);
    peer.subscribe(want === undefined ? {} : { want });
    return peer;
  }

  beat(times = 1): void {
    this.clock.advance(500 * times);
  }

  /** That the peer's copy is what was published last. */
  expectEqual(peer: ManualStreamPeer, ...keys: readonly PairKey[]): void {
    for (const key of keys) {
      const copy = peer.frame(key);
      if (copy === undefined) throw new Error(`there is no copy of ${key.pair}`);
      expect(firstDifference(copy, sampleFrame({ rows: this.rows.get(key) ?? 0 }))).toBeUndefined();
    }
  }
}

describe('a stream session', () => {
  it('brings a new consumer to the newest state of all', () => {
    const scene = new Scene();
    scene.candle(btc);
    const peer = scene.peer();
    expect(peer.notes[0]).toBe('welcome');
    expect(peer.controls[0]).toMatchObject({ type: 'welcome', epoch: 9, heartbeatMs: 500 });
    scene.expectEqual(peer, btc, eth);
    expect(peer.notes.filter((note) => note.startsWith('schema'))).toEqual(['schema 1', 'schema 2']);
  });

  it('sends each state to one who has the one before, once and as one message', () => {
    const scene = new Scene();
    const peer = scene.peer();
    peer.news();
    scene.candle(btc);
    expect(peer.news()).toEqual(['delta 1:2-2']);
    scene.publish(btc, false);
    expect(peer.news()).toEqual(['delta 1:3-3']);
    scene.candle(eth);
    expect(peer.news()).toEqual(['delta 2:2-2']);
    scene.expectEqual(peer, btc, eth);
  });

  it('hands the very same bytes to every socket', () => {
    const scene = new Scene();
    const peers = Array.from({ length: 5 }, () => scene.peer());
    const before = peers.map(({ socket }) => socket.sent.length);
    scene.candle(btc);
    const deltas = peers.map(({ socket }, i) => socket.sent.slice(before[i]));
    expect(deltas[0]).toHaveLength(1);
    for (const delta of deltas) {
      expect(delta).toHaveLength(1);
      expect(delta[0]).toBe(deltas[0][0]);
    }
    // Schemas too; whoever comes later with other wants gets others.
    const schemas = peers.map(({ socket }) => socket.sent[1]);
    expect(new Set(schemas).size).toBe(1);
    const other = scene.peer([{ tail: 5 }]);
    expect(other.socket.sent).not.toContain(schemas[0]);
  });

  it('conflates to the newest state while a socket is held', () => {
    const scene = new Scene({ softLimitBytes: 1, keptStates: 100 });
    const peer = scene.peer();
    peer.news();
    peer.socket.hold();
    const before = peer.socket.sent.length;
    for (let i = 0; i < 40; i++) scene.candle(btc);
    scene.candle(eth);
    expect(peer.socket.sent.length - before).toBe(1);
    peer.socket.release();
    expect(peer.news()).toEqual(['delta 1:2-2', 'delta 1:3-41', 'delta 2:2-2']);
    scene.expectEqual(peer, btc, eth);
  });

  it('sends the whole where the last state that was sent is kept no longer', () => {
    const scene = new Scene({ softLimitBytes: 1, keptStates: 4 });
    const peer = scene.peer();
    peer.news();
    peer.socket.hold();
    for (let i = 0; i < 4; i++) scene.candle(btc);
    peer.socket.release();
    expect(peer.news()).toEqual(['delta 1:2-2', 'delta 1:3-5']);
    peer.socket.hold();
    for (let i = 0; i < 6; i++) scene.candle(btc);
    peer.socket.release();
    expect(peer.news()).toEqual(['delta 1:6-6', 'snapshot 1:11']);
    scene.expectEqual(peer, btc);
  });

  it('sends new candles before what is left of a snapshot', () => {
    const scene = new Scene({ snapshotWindowBytes: 1 });
    scene.candle(eth, 600);
    const peer = scene.peer([{ pair: btc.pair }]);
    peer.acknowledges = false;
    peer.subscribe();
    expect(peer.news().at(-2)).toBe('snapshot 2:1 part');
    scene.candle(btc);
    expect(peer.news()).toEqual(['delta 1:2-2']);
    // What changes meanwhile follows the snapshot.
    scene.candle(eth);
    scene.candle(eth);
    expect(peer.news()).toEqual([]);
    while (peer.owed > 0) peer.acknowledge();
    expect(peer.news().filter((note) => !note.endsWith('part'))).toEqual(['snapshot 2:1', 'delta 2:2-3']);
    scene.expectEqual(peer, btc, eth);
  });

  it('begins a snapshot with the columns of its state where they changed while it waited', () => {
    const scene = new Scene({ snapshotWindowBytes: 1 });
    scene.candle(btc, 600);
    const peer = manualStreamPeer(scene.producer);
    peer.acknowledges = false;
    peer.subscribe();
    expect(peer.news().filter((note) => /schema|snapshot/.test(note))).toEqual(['schema 1', 'snapshot 1:1 part']);
    // The one that is on its way goes on as it began; the other one waits.
    const other = (key: PairKey) =>
      sampleFrame({ rows: scene.rows.get(key) ?? 0 }).with({ rsi: new Float64Array(scene.rows.get(key) ?? 0) });
    scene.publish(btc, false, other(btc));
    scene.publish(eth, false, other(eth));
    expect(peer.news()).toEqual([]);
    while (peer.owed > 0) peer.acknowledge();
    const notes = peer.news().filter((note) => !note.endsWith('part'));
    expect(notes).toEqual(['snapshot 1:1', 'schema 2', 'snapshot 2:2', 'schema 1', 'snapshot 1:2']);
    for (const key of [btc, eth]) {
      const copy = peer.frame(key);
      expect(copy && firstDifference(copy, other(key))).toBeUndefined();
      expect(peer.stream(key).schema.names).toContain('rsi');
    }
  });

  it('sends a schema and a snapshot when columns change', () => {
    const scene = new Scene();
    const peer = scene.peer();
    peer.news();
    scene.publish(btc, true, sampleFrame({ rows: 21 }).drop(['count']));
    expect(peer.news()).toEqual(['schema 1', 'snapshot 1:2']);
    expect(peer.frame(btc)?.names).not.toContain('count');
    expect(peer.stream(btc).version).toBe(2);
    scene.publish(btc, true, sampleFrame({ rows: 22 }).drop(['count']));
    expect(peer.news()).toEqual(['delta 1:3-3']);
  });

  it('takes up new pairs, and ends those that leave', () => {
    const scene = new Scene();
    const peer = scene.peer();
    peer.news();
    const sol = sampleKey('SOL/USDT');
    scene.producer.setWhitelist([btc.pair, sol.pair]);
    expect(peer.news()).toEqual(['end 2', 'whitelist']);
    scene.candle(sol, 20);
    expect(peer.news()).toEqual(['schema 3', 'snapshot 3:1']);
    scene.expectEqual(peer, btc, sol);
    expect(scene.producer.streams.map(({ key }) => key.pair)).toEqual([btc.pair, sol.pair]);
    // One that comes back is another stream.
    scene.producer.setWhitelist([btc.pair, eth.pair]);
    scene.candle(eth);
    expect(peer.news()).toEqual(['end 3', 'whitelist', 'schema 4', 'snapshot 4:1']);
  });

  it('streams no frame without times, until it has some', () => {
    const scene = new Scene();
    const peer = scene.peer();
    peer.news();
    const names = { timeframe: parseTimeframe('5m'), candleType: 'spot' as const };
    const sol = { ...names, pair: parsePair('SOL/USDT') };
    scene.producer.publish(
      { key: sol, frame: sampleFrame({ rows: 0 }).select([]), lastAnalyzed: 0 },
      { newCandle: false },
    );
    expect(peer.news()).toEqual([]);
    scene.candle(sol, 20);
    expect(peer.news()).toEqual(['schema 3', 'snapshot 3:1']);
  });

  it('leaves all when the connection ends, and does nothing more', () => {
    const scene = new Scene();
    const peer = scene.peer();
    const other = scene.peer();
    expect(scene.producer.streams.map(({ consumers }) => consumers)).toEqual([2, 2]);
    peer.events.onClose(1006, '');
    expect(scene.producer.streams.map(({ consumers }) => consumers)).toEqual([1, 1]);
    peer.news();
    scene.candle(btc);
    scene.beat(50);
    expect(peer.news()).toEqual([]);
    other.events.onClose(1006, '');
    expect(scene.clock.pendingTimers).toBe(0);
  });

  it('hides what a consumer may not have', () => {
    const scene = new Scene();
    const access = { mayHavePair: (pair: string) => pair === eth.pair, columns: new Set(['close']) };
    const peer = manualStreamPeer(scene.producer, { access });
    peer.subscribe({ want: [{ columns: ['open', 'close'] }] });
    scene.candle(btc);
    scene.candle(eth);
    scene.beat(20);
    peer.control({ type: 'resync', stream: 1 });
    expect(scene.producer.streams).toHaveLength(1);
    expect(peer.frame(btc)).toBeUndefined();
    expect(peer.frame(eth)?.names).toEqual(['date', 'close']);
  });
});
