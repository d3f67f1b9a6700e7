import { describe, expect, it } from 'vitest';
import { Frame, type AnyFrame, timestamps } from '../../frame/index.ts';
import { manualClock, sampleFrame, sampleKey } from '../../testing/index.ts';
import { ManualStreamSource } from '../../testing/manual-stream-source.ts';
import {
  type StreamLimits,
  decodeProducerControl,
  decodeSubscription,
  defaultStreamLimits,
  deflateSnapshot,
  encodeProducerControl,
} from '../../wire/index.ts';
import { consumerSettings } from '../consumer-options.ts';
import { IncomingStream } from './incoming-stream.ts';
import { StreamReceiver } from './stream-receiver.ts';

const EPOCH = 9;

function limitsOf(limits: StreamLimits): Required<StreamLimits> {
  return consumerSettings({ streamLimits: limits }).streamLimits;
}

/** A receiver with these limits, and what it could not take, or had to ask for again. */
function receiver(limits: StreamLimits) {
  const refused: string[] = [];
  const copies: AnyFrame[] = [];
  const clock = manualClock(1_000_000);
  const stream = new StreamReceiver({ clock, limits: limitsOf(limits) });
  stream.begin({
    send() {},
    hasRoomFor: () => true,
    onCopy: (_, { frame }) => void copies.push(frame),
    onCondition() {},
    onResync: (_key, _why, reason) => void refused.push(reason),
    onUnreadable: (reason) => void refused.push(reason),
    onTooLarge: (reason) => void refused.push(reason),
  });
  stream.takeControl({ type: 'welcome', epoch: EPOCH, heartbeatMs: 500, limits: {} });
  return { stream, refused, copies };
}

/** Whether a source's first states are taken, the first by a snapshot. */
function isTaken(source: ManualStreamSource, limits: StreamLimits): boolean {
  const { stream, refused, copies } = receiver(limits);
  stream.takeControl(source.schema());
  for (const part of source.parts(source.snapshot(1))) stream.takeBinary(part);
  for (let seq = 2; seq <= source.seq; seq++) stream.takeBinary(source.delta(seq));
  expect(copies.length === source.seq).toBe(refused.length === 0);
  return refused.length === 0;
}

/** Whether a text of a producer is taken. */
function isControlTaken(control: Parameters<typeof encodeProducerControl>[0], limits: StreamLimits): boolean {
  return decodeProducerControl(encodeProducerControl(control), limitsOf(limits)).status === 'control';
}

const sampled = (...frames: readonly AnyFrame[]) => {
  const source = new ManualStreamSource({ epoch: EPOCH, frame: frames[0] });
  for (const frame of frames.slice(1)) source.advance(frame);
  return source;
};

const { names } = sampleFrame({ rows: 1 });

/** Twenty rows, in which some cells of one column were changed. */
function repainted(cells: number): AnyFrame {
  const close = Float64Array.from(sampleFrame({ rows: 20 }).numbers('close'));
  for (let row = 0; row < cells; row++) close[row] = 1;
  return sampleFrame({ rows: 20 }).with({ close });
}

/** Just at each limit, where all is taken, and just past it. */
const attacks: Readonly<Record<keyof StreamLimits, () => void | Promise<void>>> = {
  mostRows() {
    const source = sampled(sampleFrame({ rows: 20 }));
    expect(isTaken(source, { mostRows: 20 })).toBe(true);
    expect(isTaken(source, { mostRows: 19 })).toBe(false);
    const growing = sampled(sampleFrame({ rows: 20 }), sampleFrame({ rows: 21 }));
    expect(isTaken(growing, { mostRows: 21 })).toBe(true);
    expect(isTaken(growing, { mostRows: 20 })).toBe(false);
  },
  mostColumns() {
    const schema = sampled(sampleFrame({ rows: 1 })).schema();
    expect(isControlTaken(schema, { mostColumns: names.length })).toBe(true);
    expect(isControlTaken(schema, { mostColumns: names.length - 1 })).toBe(false);
  },
  mostPatchCells() {
    const source = sampled(sampleFrame({ rows: 20 }), repainted(3));
    expect(isTaken(source, { mostPatchCells: 3 })).toBe(true);
    expect(isTaken(source, { mostPatchCells: 2 })).toBe(false);
  },
  mostMessageBytes() {
    const source = sampled(sampleFrame({ rows: 20 }));
    const [{ length }] = source.parts();
    expect(isTaken(source, { mostMessageBytes: length })).toBe(true);
    expect(isTaken(source, { mostMessageBytes: length - 1 })).toBe(false);
  },
  async mostSnapshotBytes() {
    const source = sampled(sampleFrame({ rows: 200 }));
    const snapshot = source.snapshot();
    expect(isTaken(source, { mostSnapshotBytes: snapshot.total })).toBe(true);
    expect(isTaken(source, { mostSnapshotBytes: snapshot.total - 1 })).toBe(false);
    // Decompressed it may not be longer either, however short it came.
    const deflated = await deflateSnapshot(snapshot);
    expect(deflated.total).toBeLessThan(snapshot.total / 2);
    for (const [mostSnapshotBytes, count] of [
      [snapshot.total, 1],
      [snapshot.total - 1, 0],
    ]) {
      const { stream, refused, copies } = receiver({ mostSnapshotBytes });
      stream.takeControl(source.schema());
      for (const part of source.parts(deflated)) stream.takeBinary(part);
      while (copies.length + refused.length === 0) await new Promise((resolve) => void setImmediate(resolve));
      expect(copies).toHaveLength(count);
    }
  },
  mostTextBytes() {
    const frame = (text: string) => Frame.of({ date: timestamps([1, 2]), tag: [text, null] });
    expect(isTaken(sampled(frame('ü'.repeat(50))), { mostTextBytes: 100 })).toBe(true);
    expect(isTaken(sampled(frame(`${'ü'.repeat(50)}x`)), { mostTextBytes: 100 })).toBe(false);
  },
  mostWants() {
    const want = Array.from({ length: 5 }, (_, i) => ({ tail: i + 1 }));
    expect(decodeSubscription({ version: 1, want }, limitsOf({ mostWants: 5 })).status).toBe('subscription');
    expect(decodeSubscription({ version: 1, want }, limitsOf({ mostWants: 4 })).status).toBe('refused');
  },
  mostStreams() {
    const streams = Array.from({ length: 5 }, (_, i) => ({ stream: i + 1, seq: 1 }));
    const heartbeat = { type: 'heartbeat', streams } as const;
    expect(isControlTaken(heartbeat, { mostStreams: 5 })).toBe(true);
    expect(isControlTaken(heartbeat, { mostStreams: 4 })).toBe(false);
    const { stream } = receiver({ mostStreams: 3 });
    const sources = streams.map(({ stream: id }) => new ManualStreamSource({ id, key: sampleKey(`P${id}/USDT`) }));
    for (const source of sources) {
      stream.takeControl(source.schema());
      for (const part of source.parts()) stream.takeBinary(part);
    }
    expect([...stream.streams].map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(stream.subscription(undefined).resume?.streams.size).toBe(3);
    // One that ends makes room for another.
    stream.takeControl({ type: 'end', stream: 1 });
    stream.takeControl(sources[4].schema());
    expect([...stream.streams].map(({ id }) => id)).toEqual([2, 3, 5]);
  },
  mostNameLength() {
    const named = (name: string) => sampled(Frame.of({ date: timestamps([1]), [name]: [1] })).schema();
    expect(isControlTaken(named('a'.repeat(30)), { mostNameLength: 30 })).toBe(true);
    expect(isControlTaken(named('a'.repeat(31)), { mostNameLength: 30 })).toBe(false);
    const paired = { ...named('a'), key: sampleKey(`${'A'.repeat(26)}/USDT`) };
    expect(isControlTaken(paired, { mostNameLength: 31 })).toBe(true);
    expect(isControlTaken(paired, { mostNameLength: 30 })).toBe(false);
  },
  mostCharacters() {
    const schema = sampled(sampleFrame({ rows: 1 })).schema();
    const { length } = encodeProducerControl(schema);
    expect(isControlTaken(schema, { mostCharacters: length })).toBe(true);
    expect(isControlTaken(schema, { mostCharacters: length - 1 })).toBe(false);
  },
};

describe('a limit of streams', () => {
  it('has an attack each', () => {
    expect(Object.keys(attacks).sort()).toEqual(Object.keys(defaultStreamLimits).sort());
    expect(consumerSettings().streamLimits).toEqual(defaultStreamLimits);
  });

  it.each(Object.entries(attacks))('%s holds', async (_, attack) => {
    await attack();
  });

  it('keeps what is held where something past it comes', () => {
    const source = sampled(sampleFrame({ rows: 20 }), sampleFrame({ rows: 21 }));
    const { stream, copies } = receiver({ mostRows: 20 });
    stream.takeControl(source.schema(1));
    for (const part of source.parts(source.snapshot(1))) stream.takeBinary(part);
    stream.takeBinary(source.delta(2));
    const [held] = stream.streams;
    expect(held).toBeInstanceOf(IncomingStream);
    expect(held).toMatchObject({ condition: 'behind', seq: 1 });
    expect(copies).toHaveLength(1);
  });
});
