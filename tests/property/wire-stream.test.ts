import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyFrame, type Column, Frame, firstDifference, timestamps } from '../../src/frame/index.ts';
import { applyDelta } from '../../src/frame/apply-delta.ts';
import { type FrameDelta, frameDelta, hashedFrame } from '../../src/frame/frame-delta.ts';
import { hashRows, hashesEqual } from '../../src/frame/window-hash.ts';
import { type Random, seededRandom } from '../../src/util/random.ts';
import { byteLengthOfCells, writeCells } from '../../src/wire/stream/cell-writer.ts';
import {
  CHUNK_HEAD_BYTES,
  type Collected,
  type DeltaOutcome,
  MOST_CHUNK_BYTES,
  type Snapshot,
  SnapshotCollector,
  type StreamSchema,
  decodeConsumerControl,
  decodeDelta,
  decodeProducerControl,
  decodeSnapshot,
  decodeStreamMessage,
  decodeSubscription,
  deflateSnapshot,
  encodeConsumerControl,
  encodeDelta,
  encodeProducerControl,
  encodeSnapshot,
  encodeSnapshotChunk,
  encodeSubscription,
  inflateSnapshot,
  joinSnapshot,
  sameSchema,
  streamSchemaOf,
} from '../../src/wire/stream/index.ts';
import {
  chunksOf,
  moreRows,
  randomConsumerControl,
  randomFrame,
  randomHeader,
  randomProducerControl,
  randomSample,
  randomSubscription,
  shuffled,
} from './wire-stream-samples.ts';

/** A statement about whatever a seed gives; a failure prints the seed. */
function holds(numRuns: number, statement: (random: Random) => void): void {
  fc.assert(
    fc.property(fc.nat(), (seed) => statement(seededRandom(seed))),
    { numRuns },
  );
}

/** The copy begins at an odd place of its memory, as bytes from a socket may. */
function arrived(bytes: Uint8Array): Uint8Array {
  const memory = new Uint8Array(bytes.length + 3);
  memory.set(bytes, 3);
  return memory.subarray(3);
}

function readDelta(bytes: Uint8Array, schema: StreamSchema): DeltaOutcome {
  const outcome = decodeStreamMessage(arrived(bytes));
  if (outcome.status === 'refused') return outcome;
  if (outcome.message.kind !== 'delta') throw new Error('a snapshot');
  return decodeDelta(outcome.message, schema);
}

function expectDelta(outcome: DeltaOutcome): FrameDelta {
  if (outcome.status === 'refused') throw new Error(outcome.reason);
  return outcome.delta;
}

function collect(chunks: readonly Uint8Array[]): Collected | undefined {
  const collector = new SnapshotCollector();
  let last: Collected | undefined;
  for (const bytes of chunks) {
    const outcome = decodeStreamMessage(arrived(bytes));
    if (outcome.status === 'refused') return outcome;
    if (outcome.message.kind !== 'snapshot') throw new Error('a delta');
    last = collector.add(outcome.message);
    if (last.status !== 'collecting') return last;
  }
  return last;
}

const single = (column: Column): AnyFrame => Frame.fromColumns([['x', column]]);

/** The cells of all columns, written one after the other. */
function inOneArray({ columnList }: AnyFrame): Uint8Array {
  const bytes = new Uint8Array(columnList.reduce((sum, column) => sum + byteLengthOfCells(column), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const column of columnList) at = writeCells(bytes, view, at, column);
  return bytes;
}

/** The frame of a snapshot that its hash proves, or undefined. */
function proved(snapshot: Snapshot, schema: StreamSchema): AnyFrame | undefined {
  const decoded = decodeSnapshot(snapshot, schema);
  if (decoded.status === 'refused') return undefined;
  return hashesEqual(hashRows(decoded.frame), decoded.hash) ? decoded.frame : undefined;
}

describe('a delta', () => {
  it('arrives as it was sent, to the bit', () => {
    holds(1000, (random) => {
      const { schema, header, delta, deltaBytes } = randomSample(random);
      const outcome = decodeStreamMessage(arrived(deltaBytes));
      expect(outcome).toMatchObject({ status: 'message', message: { kind: 'delta', ...header } });
      const read = expectDelta(readDelta(deltaBytes, schema));
      expect([read.rows, read.hash]).toEqual([delta.rows, delta.hash]);
      expect(firstDifference(read.changed, delta.changed)).toBeUndefined();
      expect(read.patches.map(({ column, rows }) => [column, rows])).toEqual(
        delta.patches.map(({ column, rows }) => [column, rows]),
      );
      for (const [i, { values }] of read.patches.entries()) {
        expect(firstDifference(single(values), single(delta.patches[i].values))).toBeUndefined();
      }
    });
  });

  it('stays as it was read when others are read after it', () => {
    holds(80, (random) => {
      const frame = randomFrame(random, 100);
      const schema = streamSchemaOf(frame);
      const header = randomHeader(random);
      const hash = hashRows(frame);
      const slices = Array.from({ length: 60 }, () => {
        const start = random.below(95);
        return frame.slice(start, start + random.below(6));
      });
      const messages = slices.map((changed) => encodeDelta(header, schema, { rows: 200, hash, changed, patches: [] }));
      const read = messages.map((bytes) => expectDelta(readDelta(bytes, schema)).changed);
      const grown = read.map((rows) => rows.append(frame));
      for (const [i, slice] of slices.entries()) {
        expect(firstDifference(read[i], slice)).toBeUndefined();
        expect(firstDifference(grown[i].head(slice.length), slice)).toBeUndefined();
      }
    });
  });

  it('takes a consumer from one window to the next', () => {
    let taken = 0;
    holds(300, (random) => {
      const first = randomFrame(random, 1 + random.below(30));
      const later = moreRows(random, first, 1 + random.below(5));
      const last = Number(first.last('date'));
      const dates = timestamps(Array.from({ length: later.length }, (_, i) => last + i * 300_000));
      // The last row is replaced, and rows follow it.
      const next = first.head(first.length - 1).append(later.with({ date: dates }));
      const after = next.tail(1 + random.below(next.length));
      const held = hashedFrame(first);
      const made = frameDelta(held, after);
      if (made === undefined) return;
      const schema = streamSchemaOf(first);
      const applied = applyDelta(
        held,
        expectDelta(readDelta(encodeDelta(randomHeader(random), schema, made.delta), schema)),
      );
      if (applied.status !== 'applied') throw new Error(JSON.stringify(applied));
      expect(firstDifference(applied.frame.frame, after)).toBeUndefined();
      taken++;
    });
    // Where nearly all changed there is no delta.
    expect(taken).toBeGreaterThan(100);
  });

  it('is refused with any bit flipped', () => {
    holds(40, (random) => {
      const { schema, deltaBytes } = randomSample(random);
      const message = deltaBytes.slice();
      for (let at = 0; at < message.length; at += 1 + random.below(8)) {
        const flip = 1 << random.below(8);
        message[at] ^= flip;
        expect(readDelta(message, schema).status).toBe('refused');
        message[at] ^= flip;
      }
      expect(readDelta(message, schema).status).toBe('delta');
    });
  });

  it('is refused when cut off or followed by more', () => {
    holds(40, (random) => {
      const { schema, deltaBytes } = randomSample(random);
      for (let length = 0; length < deltaBytes.length; length += 1 + random.below(8)) {
        expect(readDelta(deltaBytes.subarray(0, length), schema).status).toBe('refused');
      }
      const longer = new Uint8Array(deltaBytes.length + 1 + random.below(20));
      longer.set(deltaBytes);
      expect(readDelta(longer, schema).status).toBe('refused');
    });
  });
});

describe('a snapshot', () => {
  it('arrives as it was sent, to the bit, and proves it', () => {
    holds(500, (random) => {
      const { schema, frame, snapshot, chunks } = randomSample(random);
      const outcome = collect(chunks);
      if (outcome?.status !== 'complete') throw new Error(JSON.stringify(outcome));
      expect(outcome.snapshot).toEqual(joinSnapshot(snapshot));
      const read = proved(outcome.snapshot, schema);
      expect(read && firstDifference(read, frame)).toBeUndefined();
      expect(read?.length).toBe(frame.length);
    });
  });

  it('is in its chunks, wherever they are cut, what its columns are in one array', () => {
    holds(300, (random) => {
      const whole = randomFrame(random, 1 + random.below(400));
      const start = random.below(whole.length);
      const frame = whole.slice(start, start + random.below(whole.length - start + 1));
      const state = { stream: 7, epoch: 1, seq: 5, schemaVersion: 1, lastAnalyzed: 1 };
      const snapshot = encodeSnapshot(state, streamSchemaOf(frame), { frame, hash: hashRows(frame) });
      const expected = inOneArray(frame);
      expect(snapshot.total).toBe(expected.length);
      // What stood there before is in none of them.
      const memory = new Uint8Array(CHUNK_HEAD_BYTES + MOST_CHUNK_BYTES).fill(0xa5);
      const joined = new Uint8Array(snapshot.total);
      const most = 1 + random.below(random.next() < 0.5 ? 40 : MOST_CHUNK_BYTES);
      for (let at = 0; at < snapshot.total || at === 0;) {
        const size = 1 + random.below(most);
        const chunk = encodeSnapshotChunk(snapshot, at, size, memory);
        expect(chunk.length).toBe(CHUNK_HEAD_BYTES + Math.min(size, snapshot.total - at));
        expect(Buffer.compare(chunk, encodeSnapshotChunk(snapshot, at, size))).toBe(0);
        joined.set(chunk.subarray(CHUNK_HEAD_BYTES), at);
        at += size;
      }
      expect(Buffer.compare(joined, expected)).toBe(0);
      expect(Buffer.compare(joinSnapshot(snapshot).content, expected)).toBe(0);
    });
  });

  it('arrives compressed too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const { schema, frame, snapshot } = randomSample(seededRandom(seed));
        const outcome = collect(chunksOf(await deflateSnapshot(snapshot)));
        if (outcome?.status !== 'complete') throw new Error(JSON.stringify(outcome));
        expect(decodeSnapshot(outcome.snapshot, schema).status).toBe('refused');
        const inflated = await inflateSnapshot(outcome.snapshot);
        if (inflated.status === 'refused') throw new Error(inflated.reason);
        const read = proved(inflated.snapshot, schema);
        expect(read?.length).toBe(frame.length);
        expect(read && firstDifference(read, frame)).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });

  it('with a bit flipped is refused, or not proved, or the same all the same', () => {
    holds(30, (random) => {
      const { schema, frame, chunks } = randomSample(random);
      const damaged = chunks.map((bytes) => bytes.slice());
      const chunk = damaged[random.below(damaged.length)];
      for (let at = 0; at < chunk.length; at += 1 + random.below(16)) {
        const flip = 1 << random.below(8);
        chunk[at] ^= flip;
        const outcome = collect(damaged);
        chunk[at] ^= flip;
        if (at < 52) expect(outcome?.status).toBe('refused');
        const read = outcome?.status === 'complete' ? proved(outcome.snapshot, schema) : undefined;
        // All NaNs are one value: which of them crossed is nothing that a frame shows.
        if (read !== undefined) expect(firstDifference(read, frame)).toBeUndefined();
      }
    });
  });

  it('is whole or nothing, whatever happens to its chunks', () => {
    holds(80, (random) => {
      // Several chunks, and a second snapshot of the same stream between them.
      const frame = randomFrame(random, 3000);
      const schema = streamSchemaOf(frame);
      const state = { stream: 7, epoch: 1, seq: 5, schemaVersion: 1, lastAnalyzed: 1 };
      const newer = { ...state, seq: 6 };
      const older = chunksOf(encodeSnapshot(state, schema, { frame, hash: hashRows(frame) }));
      const tail = frame.tail(2900);
      const chunks = [...older, ...chunksOf(encodeSnapshot(newer, schema, { frame: tail, hash: hashRows(tail) }))];
      const network = [
        () => shuffled(random, chunks),
        () => chunks.filter(() => random.next() < 0.8),
        () => chunks.flatMap((chunk) => (random.next() < 0.3 ? [chunk, chunk] : [chunk])),
        () => chunks.map((chunk) => (random.next() < 0.1 ? chunk.slice(0, -1 - random.below(9)) : chunk)),
      ][random.below(4)];
      const collector = new SnapshotCollector();
      for (const bytes of network()) {
        const outcome = decodeStreamMessage(bytes);
        const collected =
          outcome.status === 'message' && outcome.message.kind === 'snapshot'
            ? collector.add(outcome.message)
            : undefined;
        if (collected?.status !== 'complete') continue;
        const { snapshot } = collected;
        expect(proved(snapshot, schema)?.length).toBe(snapshot.to === 5 ? frame.length : tail.length);
      }
    });
  });
});

describe('text messages about streams', () => {
  it('arrive as they were sent', () => {
    holds(1000, (random) => {
      const control = randomProducerControl(random);
      const outcome = decodeProducerControl(encodeProducerControl(control));
      if (outcome.status !== 'control') throw new Error(JSON.stringify(outcome));
      if (outcome.control.type === 'schema' && control.type === 'schema') {
        expect(sameSchema(outcome.control.schema, control.schema)).toBe(true);
      }
      expect(outcome.control).toEqual(control);
      const asked = randomConsumerControl(random);
      expect(decodeConsumerControl(encodeConsumerControl(asked))).toEqual({ status: 'control', control: asked });
    });
  });

  it('and subscriptions, with whatever a later version adds', () => {
    holds(1000, (random) => {
      const subscription = randomSubscription(random);
      const value = JSON.parse(JSON.stringify({ ...encodeSubscription(subscription), later: [{}] }));
      expect(decodeSubscription(value)).toEqual({ status: 'subscription', subscription });
    });
  });
});
