import { describe, expect, it } from 'vitest';
import { manualClock } from '../../testing/index.ts';
import { seededRandom } from '../../util/random.ts';
import { decodeStreamMessage, isAcknowledgedChunk, snapshotOfParts } from '../../wire/index.ts';
import { SnapshotSender } from './snapshot-sender.ts';
import { Turnstile } from './turnstile.ts';

const KIB = 1024;
const content = Uint8Array.from({ length: 4000 * KIB }, (_, i) => (i * 31) & 0xff);
const facts = { epoch: 9, from: 1, to: 1, schemaVersion: 1, lastAnalyzed: 0, rows: 1, hash: { lo: 1, hi: 2 } };

interface Sent {
  readonly stream: number;
  readonly offset: number;
  readonly end: number;
  readonly total: number;
  /** The very memory, and how it was when it was handed over. */
  readonly chunk: Uint8Array;
  readonly copy: Uint8Array;
}

/** A sender, and a connection that carries what is sent when it is told to, in order. */
class Scene {
  readonly clock = manualClock(1_000_000);
  readonly sender: SnapshotSender<number>;
  /** Sent, and not arrived. */
  readonly underWay: Sent[] = [];
  /** All that was sent. */
  readonly sizes: number[] = [];
  readonly memories: ArrayBufferLike[] = [];
  readonly totals = new Map<number, number>();
  /** Bytes of each stream that have arrived. */
  readonly arrived = new Map<number, number>();

  constructor({ window, most = window }: { readonly window: number; readonly most?: number }) {
    this.sender = new SnapshotSender<number>(
      {
        hasRoom: () => true,
        send: (chunk) => this.#onChunk(chunk),
        begin: (stream) => {
          const total = this.totals.get(stream);
          if (total === undefined) return undefined;
          return snapshotOfParts({ ...facts, stream, compressed: false }, [content.subarray(0, total)]);
        },
        onSent() {},
      },
      { clock: this.clock, turnstile: new Turnstile(4), firstWindowBytes: window, mostWindowBytes: most, slowBelow: 0 },
    );
  }

  send(...snapshots: readonly (readonly [stream: number, total: number])[]): void {
    for (const [stream, total] of snapshots) {
      this.totals.set(stream, total);
      this.sender.add(stream);
    }
    this.sender.pump();
  }

  #onChunk(chunk: Uint8Array): void {
    const outcome = decodeStreamMessage(chunk);
    if (outcome.status === 'refused' || outcome.message.kind !== 'snapshot') throw new Error('expected a snapshot');
    const { stream, offset, total, content: part } = outcome.message;
    this.sizes.push(part.length);
    this.memories.push(chunk.buffer);
    this.underWay.push({ stream, offset, end: offset + part.length, total, chunk, copy: chunk.slice() });
    this.expectUnchanged();
  }

  /** What is on its way is what it was. */
  expectUnchanged(): void {
    for (const { chunk, copy } of this.underWay) {
      if (Buffer.compare(chunk, copy) !== 0) throw new Error('memory was used again before its bytes arrived');
    }
  }

  /** The first of what is on its way arrives, and is acknowledged where it must be, or may be. */
  deliver(mayAcknowledge = true): void {
    const [{ stream, offset, end, total, copy }] = this.underWay.splice(0, 1);
    expect(offset).toBe(this.arrived.get(stream) ?? 0);
    expect(Buffer.compare(copy.subarray(52), content.subarray(offset, end))).toBe(0);
    this.arrived.set(stream, end);
    if (!mayAcknowledge && !isAcknowledgedChunk({ offset, bytes: end - offset, total })) return;
    expect(this.sender.acknowledge(stream, 1, end)).toBe(true);
    this.expectUnchanged();
  }

  deliverAll(): void {
    while (this.underWay.length > 0) this.deliver();
  }
}

describe('the memory of chunks', () => {
  it('is used again once it was acknowledged, and never before', () => {
    const scene = new Scene({ window: 256 * KIB });
    scene.send(...[1, 2, 3, 4, 5].map((stream) => [stream, 500 * KIB] as const));
    const first = scene.memories.length;
    expect(new Set(scene.memories).size).toBe(first);
    scene.deliverAll();
    expect([...scene.arrived.values()]).toEqual([...scene.totals.values()]);
    expect(scene.memories.length).toBeGreaterThan(5 * first);
    expect(new Set(scene.memories).size).toBeLessThan(2 * first);
  });

  it('is bounded where much is on the way', () => {
    const scene = new Scene({ window: 3000 * KIB });
    scene.send([1, 4000 * KIB], [2, 4000 * KIB], [3, 4000 * KIB]);
    scene.deliverAll();
    const times = new Map<ArrayBufferLike, number>();
    for (const memory of scene.memories) times.set(memory, (times.get(memory) ?? 0) + 1);
    const again = [...times].filter(([, count]) => count > 1).map(([memory]) => memory);
    expect(again.length).toBeGreaterThan(0);
    expect(again.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeLessThanOrEqual(768 * KIB);
    expect([...scene.arrived.values()]).toEqual([...scene.totals.values()]);
  });

  it('is never that of another consumer', () => {
    const scenes = [1, 2].map(() => new Scene({ window: 256 * KIB }));
    for (let stream = 1; stream <= 3; stream++) for (const scene of scenes) scene.send([stream, 300 * KIB]);
    while (scenes.some(({ underWay }) => underWay.length > 0)) {
      for (const scene of scenes) if (scene.underWay.length > 0) scene.deliver();
    }
    const [one, other] = scenes.map(({ memories }) => new Set(memories));
    expect([...one].filter((memory) => other.has(memory))).toEqual([]);
  });

  it.each(['sent', 'dropped', 'stalled', 'closed'])('is let go of when all is %s', (end) => {
    const scene = new Scene({ window: 256 * KIB });
    scene.send([1, 500 * KIB]);
    for (let i = 0; i < 4; i++) scene.deliver();
    if (end === 'sent') scene.deliverAll();
    else if (end === 'dropped') scene.sender.cancel(1);
    else if (end === 'closed') scene.sender.close();
    else {
      scene.clock.advance(15_000);
      scene.totals.delete(1);
      scene.sender.look();
    }
    const before = new Set(scene.memories.splice(0));
    scene.send([2, 500 * KIB]);
    expect(scene.memories.length).toBeGreaterThan(0);
    expect(scene.memories.filter((memory) => before.has(memory))).toEqual([]);
  });

  it('is not used again where a snapshot is dropped that may be in the socket still', () => {
    const scene = new Scene({ window: 256 * KIB });
    scene.send([1, 1000 * KIB], [2, 1000 * KIB]);
    const sent = new Set(scene.memories.splice(0));
    scene.sender.cancel(1);
    scene.sender.pump();
    expect(scene.memories.length).toBeGreaterThan(0);
    expect(scene.memories.filter((memory) => sent.has(memory))).toEqual([]);
  });

  it('is not used again for what was acknowledged of the same snapshot before it was begun anew', () => {
    const scene = new Scene({ window: 256 * KIB });
    scene.send([1, 1000 * KIB]);
    const sent = scene.sizes.reduce((sum, bytes) => sum + bytes, 0);
    scene.sender.cancel(1);
    scene.send([1, 1000 * KIB]);
    // None of it has left the socket; what is acknowledged are the bytes that were sent first.
    for (let bytes = 8 * KIB; bytes <= sent; bytes += 8 * KIB) {
      expect(scene.sender.acknowledge(1, 1, bytes)).toBe(true);
      scene.expectUnchanged();
    }
  });
});

describe('a consumer that acknowledges only what it must', () => {
  it.each([
    ['nothing else', 0],
    ['every second one', 2],
    ['everything', 1],
  ])('and %s gets all, however the window changes', (_, every) => {
    for (let seed = 0; seed < 60; seed++) {
      const random = seededRandom(`flow ${seed}`);
      const scene = new Scene({ window: [32, 256, 1024, 4096][seed % 4] * KIB, most: 4096 * KIB });
      const count = 1 + random.below(4);
      scene.send(...Array.from({ length: count }, (_, i) => [i + 1, 1 + random.below(content.length)] as const));
      // Connections become slow and fast again: windows follow what was measured.
      for (let at = 0, ms = 0; scene.underWay.length > 0; at++) {
        if (random.below(20) === 0) ms = random.below(2) * random.below(3000);
        scene.clock.advance(ms);
        scene.deliver(every > 0 && at % every === 0);
      }
      expect(scene.sender.waiting).toBe(0);
      expect(scene.arrived).toEqual(scene.totals);
    }
  });

  it('is sent one short part more where too much is on the way for a window that became small', () => {
    const scene = new Scene({ window: 1100 * KIB });
    scene.send([1, 4000 * KIB]);
    scene.deliver();
    const at = scene.underWay.findLastIndex(({ offset, end, total }) =>
      isAcknowledgedChunk({ offset, bytes: end - offset, total }),
    );
    const arrived = scene.underWay.splice(0, at + 1);
    // Two long parts are left, which nobody has to acknowledge; and the window becomes the least there is, as late as all came.
    expect(scene.underWay.map(({ offset, end }) => end - offset)).toEqual([64 * KIB, 64 * KIB]);
    scene.clock.advance(14_000);
    const sent = scene.sizes.length;
    expect(scene.sender.acknowledge(1, 1, arrived[at].end)).toBe(true);
    expect(scene.sizes.slice(sent)).toEqual([8 * KIB]);
    // That one is acknowledged as it comes.
    scene.sender.pump();
    expect(scene.sizes.slice(sent)).toEqual([8 * KIB]);
  });

  it('gets long parts where eight of them are on the way, and else shorter ones', () => {
    for (const [window, part] of [
      [4096, 64],
      [512, 64],
      [504, 63],
      [256, 32],
      [32, 8],
    ]) {
      const scene = new Scene({ window: window * KIB });
      scene.send([1, 3900 * KIB]);
      const [first, ...others] = scene.sizes.slice(0, 9).map((bytes) => bytes / KIB);
      expect(first).toBe(8);
      expect(new Set(others)).toEqual(new Set([part]));
    }
  });
});
