import { describe, expect, it } from 'vitest';
import { manualClock, manualOpener, sampleFrame, sampleKey } from '../../testing/index.ts';
import { ManualStreamSource } from '../../testing/manual-stream-source.ts';
import { seededRandom } from '../../util/random.ts';
import {
  MOST_CHUNK_BYTES,
  type ProducerControl,
  type EncodedSnapshot,
  deflateSnapshot,
  snapshotOfParts,
  encodeProducerControl,
  encodeSnapshotChunk,
  streamSchemaOf,
} from '../../wire/index.ts';
import type { ConsumerEvent } from '../consumer-event.ts';
import { type ConsumerOptions, consumerSettings } from '../consumer-options.ts';
import { FrameStore } from '../frame-store.ts';
import { ProducerConnection } from '../producer-connection.ts';
import { silentLogger } from '../../util/logger.ts';

const EPOCH = 9;
const MIB = 1024 * 1024;
const schema = streamSchemaOf(sampleFrame({ rows: 1 }).select(['date', 'close']));

/** A consumer at the mercy of its producer. */
class Scene {
  readonly clock = manualClock(1_000_000);
  readonly opener = manualOpener();
  readonly events: ConsumerEvent[] = [];
  readonly store: FrameStore;
  readonly connection: ProducerConnection;

  constructor(options: ConsumerOptions = {}) {
    const settings = consumerSettings(options);
    this.store = new FrameStore(settings.mostFrames);
    this.connection = new ProducerConnection(
      { name: 'default', host: 'producer.example', port: 8080, wsToken: 'a token' },
      {
        settings,
        store: this.store,
        clock: this.clock,
        random: seededRandom('hostile'),
        logger: silentLogger,
        openSocket: this.opener.openSocket,
        emit: (event) => void this.events.push(event),
      },
    );
    this.connection.start();
    this.opener.link.open();
    this.control({ type: 'welcome', epoch: EPOCH, heartbeatMs: 500, limits: {} });
  }

  control(control: ProducerControl): void {
    this.opener.link.message(encodeProducerControl(control));
  }

  schema(stream: number, pair = `P${stream}/USDT`, version = 1): void {
    this.control({ type: 'schema', stream, version, key: sampleKey(pair), schema });
  }

  binary(...messages: readonly Uint8Array[]): void {
    for (const message of messages) this.opener.link.binary(message);
  }

  /** Texts that were sent to the producer since the last call. */
  news(): string[] {
    const { sent } = this.opener.link;
    const from = this.#seen;
    this.#seen = sent.length;
    return sent.slice(from);
  }
  #seen = 0;

  /** Bytes of snapshots that are not whole. */
  get collected(): number {
    return [...this.connection.streams.streams].reduce((sum, { collected }) => sum + collected, 0);
  }

  statusOf(pair: string): string | undefined {
    return this.viewOf(pair).status;
  }

  /** As it is when the sample's last candle is over. */
  viewOf(pair: string) {
    const market = sampleFrame({ rows: 20 }).numbers('date')[19] + 300_000;
    return this.store.view(sampleKey(pair), { now: this.clock.now(), market });
  }

  get troubles(): number {
    return this.events.filter(({ type }) => type === 'trouble').length;
  }
}

/** A snapshot that says that it has so many bytes, and has none. */
function announced(stream: number, total: number): EncodedSnapshot {
  const header = { stream, epoch: EPOCH, from: 1, to: 1, schemaVersion: 1, lastAnalyzed: 0 };
  const facts = { ...header, rows: 1, hash: { lo: 1, hi: 2 }, compressed: false };
  return snapshotOfParts(facts, [new Uint8Array(total)]);
}

/** Memory outside the heap that is in use when what is not used is gone, in bytes. */
function usedBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().arrayBuffers;
}

describe('a hostile producer', () => {
  it('cannot fill memory with parts of snapshots: 10,000 streams that announce 64 MiB each', () => {
    const scene = new Scene({ mostFrames: 20_000 });
    const whole = announced(1, 64 * MIB);
    for (let stream = 1; stream <= 10_000; stream++) scene.schema(stream);
    let most = 0;
    for (let stream = 1; stream <= 10_000; stream++) {
      scene.binary(encodeSnapshotChunk({ ...whole, stream }, 0, 8192));
      if (stream % 100 === 0) most = Math.max(most, scene.collected);
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(8 * 8192);
  });

  it('cannot hold more of snapshots than one may have, however they are mixed', () => {
    const scene = new Scene({ streamLimits: { mostSnapshotBytes: 8 * MOST_CHUNK_BYTES } });
    const whole = announced(1, 8 * MOST_CHUNK_BYTES);
    for (let stream = 1; stream <= 6; stream++) scene.schema(stream);
    for (let part = 0; part < 5; part++) {
      const at = part * MOST_CHUNK_BYTES;
      for (let stream = 1; stream <= 6; stream++) scene.binary(encodeSnapshotChunk({ ...whole, stream }, at));
      expect(scene.collected).toBeLessThanOrEqual(8 * MOST_CHUNK_BYTES);
    }
  });

  it('does no harm to an honest snapshot that comes in between', () => {
    const scene = new Scene();
    const source = new ManualStreamSource({ id: 99, key: sampleKey('GOOD/USDT'), frame: sampleFrame({ rows: 3000 }) });
    scene.control(source.schema());
    for (const [i, part] of source.parts().entries()) {
      for (let n = 1; n <= 5; n++) {
        const stream = 100 + 5 * i + n;
        scene.schema(stream);
        scene.binary(encodeSnapshotChunk(announced(stream, 64 * 1024), 0, 1000));
      }
      scene.binary(part);
    }
    expect(scene.viewOf('GOOD/USDT').frame.length).toBe(1500);
  });

  it('cannot make it decompress everything at once', async () => {
    const scene = new Scene({ streamLimits: { mostSnapshotBytes: 4 * MIB } });
    const bomb = await deflateSnapshot({ ...announced(1, 4 * MIB) });
    expect(bomb.total).toBeLessThan(MOST_CHUNK_BYTES);
    const before = usedBytes();
    for (let stream = 1; stream <= 100; stream++) {
      scene.schema(stream);
      scene.binary(encodeSnapshotChunk({ ...bomb, stream }, 0));
    }
    let most = 0;
    for (let turn = 0; turn < 300; turn++) {
      await new Promise((resolve) => void setImmediate(resolve));
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    // All at once they have 400 MiB and more.
    expect(most).toBeLessThan(200 * MIB);
  });

  it('cannot fill memory with schemas: of one stream, of new ones, of one frame or many', () => {
    const scene = new Scene({ mostFrames: 50, streamLimits: { mostStreams: 60 } });
    for (let i = 1; i <= 3000; i++) scene.schema(1, 'SAME/USDT', i);
    expect(scene.store.keys.length).toBe(1);
    for (let i = 1; i <= 3000; i++) scene.schema(i, 'SAME/USDT');
    for (let i = 1; i <= 3000; i++) scene.schema(7, `ONE${i}/USDT`);
    for (let i = 1; i <= 3000; i++) scene.schema(i, `NEW${i}/USDT`);
    expect(scene.store.keys.length).toBeLessThanOrEqual(50);
    expect([...scene.connection.streams.streams].length).toBeLessThanOrEqual(60);
  });

  it('cannot leave a frame as live whose stream it made that of another', () => {
    const scene = new Scene();
    const source = new ManualStreamSource({ key: sampleKey('OLD/USDT'), epoch: EPOCH });
    scene.control(source.schema());
    scene.binary(...source.parts());
    expect(scene.statusOf('OLD/USDT')).toBe('live');
    scene.schema(source.id, 'NEW/USDT');
    expect(scene.statusOf('OLD/USDT')).not.toBe('live');
  });

  it('cannot make it talk without end with heartbeats of streams that there are not', () => {
    const scene = new Scene();
    scene.news();
    const streams = Array.from({ length: 10_000 }, (_, i) => ({ stream: 50_000 + i, seq: 1 }));
    for (let i = 0; i < 40; i++) scene.control({ type: 'heartbeat', streams });
    const first = scene.news();
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThanOrEqual(1000);
    expect(new Set(first).size).toBe(first.length);
    scene.clock.advance(1999);
    scene.control({ type: 'heartbeat', streams });
    expect(scene.news()).toEqual([]);
    scene.clock.advance(1);
    scene.control({ type: 'heartbeat', streams });
    expect(scene.news().length).toBe(first.length);
  });

  it('is left after 20 unreadable messages in a row, and not before', () => {
    const source = new ManualStreamSource({ epoch: EPOCH });
    const readable = (scene: Scene) => scene.binary(source.parts()[0]);
    const kinds: readonly ((scene: Scene) => void)[] = [
      (scene) => scene.binary(new Uint8Array(100)),
      (scene) => scene.binary(new Uint8Array()),
      (scene) => scene.opener.link.message('{"type":"candlecast","data":{"end":{}}}'),
      (scene) => scene.opener.link.message('no JSON'),
    ];
    for (const [i, unreadable] of kinds.entries()) {
      const scene = new Scene();
      for (let n = 0; n < 19; n++) unreadable(scene);
      expect(scene.opener.link.isClosed).toBe(false);
      readable(scene);
      for (let n = 0; n < 19; n++) kinds[(n + i) % kinds.length](scene);
      expect(scene.opener.link.isClosed).toBe(false);
      unreadable(scene);
      expect(scene.opener.link.isClosed).toBe(true);
      expect(scene.troubles).toBe(39);
    }
  });

  it('cannot make it send anything by what is of another run', () => {
    const scene = new Scene();
    scene.schema(1);
    scene.news();
    const foreign = new ManualStreamSource({ epoch: EPOCH + 1 });
    foreign.grow(5);
    for (let i = 0; i < 100; i++) scene.binary(foreign.delta(3), ...foreign.parts());
    expect(scene.news()).toEqual([]);
    expect(scene.opener.link.isClosed).toBe(false);
  });

  it('cannot take a request for what is missing for one that is repeated at will', () => {
    const scene = new Scene();
    const source = new ManualStreamSource({ epoch: EPOCH });
    source.grow(500);
    scene.control(source.schema());
    scene.binary(...source.parts(source.snapshot(1)));
    scene.news();
    for (let seq = 3; seq <= 500; seq++) scene.binary(source.delta(seq));
    expect(scene.news()).toEqual(['{"type":"candlecast","data":{"resync":{"stream":1,"have":1}}}']);
  });
});
