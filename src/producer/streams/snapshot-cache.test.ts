import { describe, expect, it } from 'vitest';
import { type AnyFrame, Frame, timestamps } from '../../frame/index.ts';
import { sampleFrame, sampleKey } from '../../testing/index.ts';
import { inflateSnapshot, joinSnapshot } from '../../wire/index.ts';
import { seededRandom } from '../../util/random.ts';
import { SnapshotCache } from './snapshot-cache.ts';
import { Stream } from './stream.ts';

const keeping = { keptStates: 5, keptBytes: 2 ** 30, mostDeltaBytes: 2 ** 30 };
const key = sampleKey();

function streamOf(frame: AnyFrame, id = 1): Stream {
  return new Stream({ id, epoch: 9, selection: {} }, { key, frame, lastAnalyzed: 0 }, keeping);
}

/** Numbers that cannot be made shorter. */
function noise(rows: number): AnyFrame {
  const random = seededRandom('noise');
  const columns = Array.from({ length: 20 }, (_, i) => [
    `c${i}`,
    Float64Array.from({ length: rows }, () => random.normal()),
  ]);
  const date = timestamps(Float64Array.from({ length: rows }, (_, row) => row * 300_000));
  return Frame.of({ date, ...Object.fromEntries(columns) });
}

/** Resolves when it is ready. */
function compressed(cache: SnapshotCache, stream: Stream) {
  return new Promise<ReturnType<SnapshotCache['of']>>((resolve) => {
    const look = () => {
      const snapshot = cache.compressedOf(stream, look);
      if (snapshot !== undefined) resolve(snapshot);
    };
    look();
  });
}

describe('SnapshotCache', () => {
  it('encodes the newest state once, and anew when there is a newer one', () => {
    const cache = new SnapshotCache(2 ** 20);
    const stream = streamOf(sampleFrame({ rows: 20 }));
    const first = cache.of(stream);
    expect(cache.of(stream)).toBe(first);
    stream.advance({ key, frame: sampleFrame({ rows: 21 }), lastAnalyzed: 0 });
    expect(cache.of(stream)).toMatchObject({ to: 2, rows: 21 });
    cache.forget(stream);
    cache.forget(stream);
    expect(cache.of(stream)).not.toBe(first);
  });

  it('keeps so many bytes, and lets the oldest go first', () => {
    const streams = [1, 2, 3].map((id) => streamOf(sampleFrame({ rows: 20 }), id));
    const { ownBytes } = streams[0].encodeSnapshot();
    const all = new SnapshotCache(3 * ownBytes);
    const kept = streams.map((stream) => all.of(stream));
    expect(streams.map((stream) => all.of(stream))).toEqual(kept);
    expect(streams.every((stream, i) => all.of(stream) === kept[i])).toBe(true);
    const two = new SnapshotCache(3 * ownBytes - 1);
    const before = streams.map((stream) => two.of(stream));
    expect(two.of(streams[1])).toBe(before[1]);
    expect(two.of(streams[2])).toBe(before[2]);
    expect(two.of(streams[0])).not.toBe(before[0]);
  });

  it('counts what is held for it alone: little for numbers that the stream has, the bytes of text', () => {
    const count = (frame: AnyFrame) => {
      const cache = new SnapshotCache(2 ** 30);
      const { total, parts } = cache.of(streamOf(frame));
      return { bytes: cache.bytes, total, parts: parts.length };
    };
    const numbers = count(noise(2000));
    expect(numbers.total).toBe(2000 * 8 * 21);
    expect(numbers.bytes).toBeGreaterThan(0);
    expect(numbers.bytes).toBeLessThan(numbers.total / 50);
    const tagged = count(noise(2000).with({ tag: Array.from({ length: 2000 }, (_, row) => `tag ${row}`) }));
    expect(tagged.bytes - numbers.bytes).toBeGreaterThanOrEqual(tagged.total - numbers.total);
  });

  it('counts a compressed one, and the window of one whose stream has moved on', async () => {
    const cache = new SnapshotCache(2 ** 30);
    const [stream, noisy] = [streamOf(sampleFrame({ rows: 600 })), streamOf(noise(200), 2)];
    const deflated = await compressed(cache, stream);
    // The window is the stream's, and is not held here.
    expect(cache.bytes).toBe(deflated.ownBytes);
    expect(deflated.ownBytes).toBeGreaterThanOrEqual(deflated.total);
    const plain = cache.of(stream);
    expect(cache.bytes).toBe(deflated.ownBytes + plain.ownBytes);
    stream.advance({ key, frame: sampleFrame({ rows: 601 }), lastAnalyzed: 0 });
    cache.outdate(stream);
    expect(cache.bytes).toBe(deflated.ownBytes);
    cache.forget(stream);
    expect(cache.bytes).toBe(0);
    // This one is kept as it is, and with it the window, which the stream lets go of some time.
    const { ownBytes, total } = await compressed(cache, noisy);
    expect(cache.bytes).toBe(ownBytes);
    noisy.advance({ key, frame: noise(201), lastAnalyzed: 0 });
    cache.outdate(noisy);
    expect(cache.bytes).toBeGreaterThanOrEqual(total);
    cache.forget(noisy);
    expect(cache.bytes).toBe(0);
  });

  it('does not count what was let go of while it was compressed', async () => {
    const cache = new SnapshotCache(2 ** 30);
    const stream = streamOf(sampleFrame({ rows: 600 }));
    const ready = new Promise<void>((resolve) => void cache.compressedOf(stream, resolve));
    cache.forget(stream);
    await ready;
    expect(cache.bytes).toBe(0);
  });

  it('gives what is larger than it may keep all the same', () => {
    const cache = new SnapshotCache(0);
    const stream = streamOf(sampleFrame({ rows: 20 }));
    expect(cache.of(stream).rows).toBe(20);
  });

  it('compresses once for all who wait, and calls each', async () => {
    const cache = new SnapshotCache(2 ** 20);
    const stream = streamOf(sampleFrame({ rows: 600 }));
    const [one, other] = await Promise.all([compressed(cache, stream), compressed(cache, stream)]);
    expect(other).toBe(one);
    expect(one.compressed).toBe(true);
    const plain = cache.of(stream);
    expect(one.total).toBeLessThan(0.9 * plain.total);
    const inflated = await inflateSnapshot(joinSnapshot(one));
    expect(inflated.status === 'inflated' && inflated.snapshot.content).toEqual(joinSnapshot(plain).content);
  });

  it('gives a state that something can follow, where the next one comes sooner than one is compressed', async () => {
    const cache = new SnapshotCache(2 ** 20);
    const stream = streamOf(sampleFrame({ rows: 600 }));
    const advance = () => stream.advance({ key, frame: sampleFrame({ rows: 600 + stream.seq }), lastAnalyzed: 0 });
    const first = compressed(cache, stream);
    for (let i = 0; i < 4; i++) advance();
    expect(await first).toMatchObject({ to: 1, compressed: true });
    const base = stream.stateAt(1);
    expect(base && stream.deltaMessage(base)).toBeDefined();
    advance();
    expect(await compressed(cache, stream)).toMatchObject({ to: 6, compressed: true });
  });

  it('gives what is hardly shorter as it is', async () => {
    const cache = new SnapshotCache(2 ** 20);
    const stream = streamOf(noise(100));
    const snapshot = await compressed(cache, stream);
    expect(snapshot.compressed).toBe(false);
    expect(snapshot).toBe(cache.of(stream));
  });
});
