import { describe, expect, it } from 'vitest';
import { manualClock } from '../../testing/index.ts';
import { type EncodedSnapshot, decodeStreamMessage, snapshotOfParts } from '../../wire/index.ts';
import { SnapshotSender } from './snapshot-sender.ts';
import { Turnstile } from './turnstile.ts';

const KIB = 1024;

/** Content that shows where each byte belongs. */
function contentOf(stream: number, total: number): Uint8Array {
  return Uint8Array.from({ length: total }, (_, i) => (i * 31 + stream) & 0xff);
}

function snapshotOf(stream: number, seq: number, total: number): EncodedSnapshot {
  const header = { stream, epoch: 9, from: seq, to: seq, schemaVersion: 1, lastAnalyzed: 0 };
  const facts = { ...header, rows: 1, hash: { lo: 1, hi: 2 }, compressed: false };
  return snapshotOfParts(facts, [contentOf(stream, total)]);
}

/** A sender whose streams are numbers, and what it hands over. */
class Scene {
  readonly clock = manualClock(1_000_000);
  readonly sender: SnapshotSender<number>;
  /** `1:0-8192`: of stream 1 the first 8 KiB; `begin 1`, `sent 1`. */
  readonly log: string[] = [];
  readonly received = new Map<number, number[]>();
  readonly totals = new Map<number, number>();
  readonly seqs = new Map<number, number>();
  onTheWay = 0;
  hasRoom = true;
  isReady = true;
  onSend: (stream: number, end: number) => void = () => {};

  constructor(
    options: {
      readonly window?: number;
      readonly most?: number;
      readonly turnstile?: Turnstile;
      readonly slowBelow?: number;
    } = {},
  ) {
    const { window = 64 * KIB, turnstile = new Turnstile(4), slowBelow = 0 } = options;
    const environment = { clock: this.clock, turnstile, firstWindowBytes: window, slowBelow };
    this.sender = new SnapshotSender<number>(
      {
        hasRoom: () => this.hasRoom,
        send: (chunk) => this.#onChunk(chunk),
        begin: (stream, { slowly }) => {
          if (!this.isReady) return 'later';
          this.log.push(`begin ${stream}${slowly ? ' slowly' : ''}`);
          const total = this.totals.get(stream);
          return total === undefined ? undefined : snapshotOf(stream, this.seqs.get(stream) ?? 1, total);
        },
        onSent: (stream) => void this.log.push(`sent ${stream}`),
      },
      { ...environment, mostWindowBytes: options.most ?? window },
    );
  }

  add(stream: number, total: number): void {
    this.totals.set(stream, total);
    this.sender.add(stream);
  }

  #onChunk(bytes: Uint8Array): void {
    const outcome = decodeStreamMessage(bytes);
    if (outcome.status === 'refused' || outcome.message.kind !== 'snapshot') throw new Error('expected a snapshot');
    const { stream, offset, content } = outcome.message;
    const received = offset === 0 ? [] : (this.received.get(stream) ?? []);
    if (received.length !== offset) throw new Error(`expected offset ${received.length}, found ${offset}`);
    received.push(...content);
    this.received.set(stream, received);
    this.log.push(`${stream}:${offset}-${received.length}`);
    this.onTheWay += content.length;
    this.onSend(stream, received.length);
  }

  /** All of what was sent has come. */
  acknowledge(stream: number, bytes = this.received.get(stream)?.length ?? 0): boolean {
    this.onTheWay -= bytes;
    return this.sender.acknowledge(stream, this.seqs.get(stream) ?? 1, bytes);
  }

  news(): string[] {
    return this.log.splice(0);
  }

  bytesOf(stream: number): number {
    return this.received.get(stream)?.length ?? 0;
  }
}

describe('SnapshotSender', () => {
  it('sends a snapshot in order, whole, and to the bit', () => {
    const scene = new Scene();
    scene.add(1, 50 * KIB);
    expect(scene.news()).toEqual([]);
    scene.sender.pump();
    expect(scene.received.get(1)).toEqual([...contentOf(1, 50 * KIB)]);
    const log = scene.news();
    expect(log[0]).toBe('begin 1');
    expect(log.at(-1)).toBe('sent 1');
    expect(scene.sender.waiting).toBe(0);
    expect(scene.sender.has(1)).toBe(false);
    scene.sender.pump();
    expect(scene.news()).toEqual([]);
  });

  it('has no more on its way than the window and a part', () => {
    const scene = new Scene();
    for (const stream of [1, 2, 3]) scene.add(stream, 100 * KIB);
    scene.sender.pump();
    expect(scene.onTheWay).toBeGreaterThanOrEqual(64 * KIB);
    expect(scene.onTheWay).toBeLessThanOrEqual(64 * KIB + 16 * KIB);
    const first = scene.bytesOf(1);
    scene.sender.pump();
    expect(scene.bytesOf(1)).toBe(first);
    // A part arrives, and as much follows.
    scene.sender.acknowledge(1, 1, 16 * KIB);
    expect(scene.bytesOf(1) - first).toBeGreaterThanOrEqual(8 * KIB);
    expect(scene.bytesOf(1) - first).toBeLessThanOrEqual(32 * KIB);
  });

  it('sends one after the other in the order in which they were added, each once', () => {
    const scene = new Scene();
    for (const stream of [3, 1, 2, 3, 1]) scene.add(stream, 10 * KIB);
    expect(scene.sender.waiting).toBe(3);
    scene.sender.pump();
    for (const stream of [3, 1, 2]) scene.acknowledge(stream);
    const marks = scene.news().filter((line) => /^(begin|sent)/.test(line));
    expect(marks).toEqual(['begin 3', 'sent 3', 'begin 1', 'sent 1', 'begin 2', 'sent 2']);
  });

  it('begins none that is no more', () => {
    const scene = new Scene();
    scene.sender.add(5);
    scene.add(1, 10);
    scene.sender.pump();
    expect(scene.news()).toEqual(['begin 5', 'begin 1', '1:0-10', 'sent 1']);
  });

  it('sends an empty one as one part, of which nothing is to be acknowledged', () => {
    const scene = new Scene();
    scene.add(1, 0);
    scene.add(2, 10);
    scene.sender.pump();
    expect(scene.news()).toEqual(['begin 1', '1:0-0', 'sent 1', 'begin 2', '2:0-10', 'sent 2']);
    expect(scene.sender.acknowledge(1, 1, 0)).toBe(true);
  });

  it('waits for room on the socket, and goes on where it was', () => {
    const scene = new Scene();
    scene.hasRoom = false;
    scene.add(1, 30 * KIB);
    scene.sender.pump();
    expect(scene.news()).toEqual([]);
    scene.hasRoom = true;
    scene.onSend = () => void (scene.hasRoom = false);
    scene.sender.pump();
    const first = scene.bytesOf(1);
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(30 * KIB);
    scene.hasRoom = true;
    scene.onSend = () => {};
    scene.sender.pump();
    expect(scene.received.get(1)).toEqual([...contentOf(1, 30 * KIB)]);
    expect(scene.news().filter((line) => line === 'begin 1')).toHaveLength(1);
  });

  it('waits for one that is not ready, and takes it when it is', () => {
    const scene = new Scene();
    scene.isReady = false;
    scene.add(1, 10);
    scene.sender.pump();
    expect(scene.sender.waiting).toBe(1);
    scene.isReady = true;
    scene.sender.pump();
    expect(scene.news()).toEqual(['begin 1', '1:0-10', 'sent 1']);
  });

  it('drops one, whatever of it is on its way, and has room for others', () => {
    const scene = new Scene();
    scene.add(1, 200 * KIB);
    scene.add(2, 20 * KIB);
    scene.sender.pump();
    const sent = scene.bytesOf(1);
    scene.sender.cancel(1);
    expect(scene.sender.has(1)).toBe(false);
    scene.sender.pump();
    expect(scene.bytesOf(1)).toBe(sent);
    expect(scene.bytesOf(2)).toBe(20 * KIB);
    expect(scene.sender.acknowledge(1, 1, sent)).toBe(true);
    scene.sender.cancel(7);
    scene.add(3, 40 * KIB);
    scene.sender.pump();
    expect(scene.bytesOf(3)).toBe(40 * KIB);
  });

  it('refuses acknowledgements of bytes that were not sent, and believes none twice', () => {
    const scene = new Scene();
    scene.add(1, 300 * KIB);
    scene.sender.pump();
    const sent = scene.bytesOf(1);
    expect(scene.sender.acknowledge(1, 1, sent + 1)).toBe(false);
    expect(scene.sender.acknowledge(1, 1, 2 ** 32 - 1)).toBe(false);
    expect(scene.bytesOf(1)).toBe(sent);
    expect(scene.sender.acknowledge(1, 2, sent + 1)).toBe(true);
    expect(scene.sender.acknowledge(8, 1, sent + 1)).toBe(true);
    expect(scene.bytesOf(1)).toBe(sent);
    for (let i = 0; i < 10; i++) scene.sender.acknowledge(1, 1, 8 * KIB);
    expect(scene.bytesOf(1)).toBeLessThanOrEqual(sent + 16 * KIB);
  });

  it('starts again what is not acknowledged for long, after others had their turn', () => {
    const turnstile = new Turnstile(1);
    const [scene, other] = [new Scene({ turnstile }), new Scene({ turnstile })];
    scene.add(1, 100 * KIB);
    other.add(2, 10 * KIB);
    scene.sender.pump();
    other.sender.pump();
    expect(other.news()).toEqual([]);
    scene.clock.advance(14_999);
    scene.sender.look();
    expect(other.news()).toEqual([]);
    scene.clock.advance(1);
    scene.seqs.set(1, 5);
    scene.sender.look();
    expect(other.bytesOf(2)).toBe(10 * KIB);
    expect(scene.news().filter((line) => line === 'begin 1')).toHaveLength(2);
    for (let i = 0; i < 20; i++) scene.acknowledge(1);
    expect(scene.received.get(1)).toEqual([...contentOf(1, 100 * KIB)]);
  });

  it('has patience with one who goes on acknowledging', () => {
    const scene = new Scene();
    scene.add(1, 200 * KIB);
    scene.sender.pump();
    for (let bytes = 1; bytes <= 10; bytes++) {
      scene.clock.advance(14_000);
      scene.sender.acknowledge(1, 1, bytes);
      scene.sender.look();
    }
    expect(scene.news().filter((line) => line === 'begin 1')).toHaveLength(1);
  });

  it('keeps no turn while its socket is full of other things', () => {
    const turnstile = new Turnstile(1);
    const [scene, other] = [new Scene({ turnstile }), new Scene({ turnstile })];
    scene.hasRoom = false;
    scene.add(1, 10 * KIB);
    scene.sender.pump();
    other.add(2, 10 * KIB);
    other.sender.pump();
    expect(other.bytesOf(2)).toBe(10 * KIB);
    scene.hasRoom = true;
    scene.sender.pump();
    expect(scene.bytesOf(1)).toBe(10 * KIB);
  });

  it('gives its turn away when all is sent, dropped or over', () => {
    for (const end of ['sent', 'cancelled', 'closed']) {
      const turnstile = new Turnstile(1);
      const [scene, other] = [new Scene({ turnstile }), new Scene({ turnstile })];
      scene.add(1, 100 * KIB);
      scene.sender.pump();
      other.add(2, 10 * KIB);
      other.sender.pump();
      expect(other.bytesOf(2)).toBe(0);
      if (end === 'cancelled') scene.sender.cancel(1);
      else if (end === 'closed') scene.sender.close();
      else for (let i = 0; i < 10; i++) scene.acknowledge(1);
      expect(other.bytesOf(2)).toBe(10 * KIB);
    }
  });

  it('is not confused by a socket that answers from within', () => {
    const scene = new Scene();
    scene.onSend = (stream, end) => {
      if (!scene.sender.acknowledge(stream, 1, end)) throw new Error('it was sent');
      scene.sender.pump();
    };
    for (let stream = 1; stream <= 50; stream++) scene.add(stream, stream % 3 === 0 ? 0 : 20 * KIB);
    for (let i = 0; i < 50; i++) scene.sender.pump();
    for (let stream = 1; stream <= 50; stream++) {
      expect(scene.received.get(stream)).toEqual([...contentOf(stream, scene.totals.get(stream) ?? -1)]);
    }
    expect(scene.news().filter((line) => line.startsWith('sent'))).toHaveLength(50);
    expect(scene.sender.waiting).toBe(0);
  });

  it('asks for compressed ones where the connection is slow, and not before that is known', () => {
    const scene = new Scene({ slowBelow: 50_000, window: 16 * KIB });
    scene.add(1, 64 * KIB);
    scene.add(2, 10 * KIB);
    scene.sender.pump();
    for (let i = 0; i < 20; i++) {
      scene.clock.advance(1000);
      scene.sender.acknowledge(1, 1, scene.bytesOf(1));
    }
    expect(scene.sender.rate).toBeLessThan(50_000);
    expect(scene.news().filter((line) => line.startsWith('begin'))).toEqual(['begin 1', 'begin 2 slowly']);
  });
});
