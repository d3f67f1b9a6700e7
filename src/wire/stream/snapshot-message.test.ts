import { describe, expect, it } from 'vitest';
import { Column, Frame, firstDifference, timestamps } from '../../frame/index.ts';
import { hashRows } from '../../frame/window-hash.ts';
import { deflateSnapshot, inflateSnapshot } from './compress-snapshot.ts';
import { snapshotOfParts } from './encoded-snapshot.ts';
import { decodeSnapshot, encodeSnapshot, encodeSnapshotChunk, joinSnapshot } from './snapshot-message.ts';
import { SnapshotCollector } from './snapshot-collector.ts';
import { MOST_CHUNK_BYTES, defaultStreamLimits } from './stream-limits.ts';
import { decodeStreamMessage } from './stream-message.ts';
import { streamSchemaOf } from './stream-schema.ts';

const state = { stream: 7, epoch: 1, seq: 5, schemaVersion: 1, lastAnalyzed: 0.5 };
const rows = 200;
const frame = Frame.of({
  date: timestamps(Array.from({ length: rows }, (_, row) => row * 1000)),
  close: Array.from({ length: rows }, (_, row) => row / 3),
  tag: Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? 'up' : null)),
});
const schema = streamSchemaOf(frame);
const hash = hashRows(frame);
const encoded = encodeSnapshot(state, schema, { frame, hash });
const snapshot = joinSnapshot(encoded);

describe('a snapshot', () => {
  it('is the window, to which rows are appended without moving it', () => {
    const decoded = decodeSnapshot(snapshot, schema);
    if (decoded.status !== 'snapshot') throw new Error(decoded.reason);
    expect(firstDifference(decoded.frame, frame)).toBeUndefined();
    expect(decoded.hash).toEqual(hash);
    const before = Column.raw(decoded.frame.column('close')).data;
    const longer = decoded.frame.append(frame.tail(1));
    expect(Column.raw(longer.column('close')).data).toBe(before);
    expect(firstDifference(decoded.frame, frame)).toBeUndefined();
  });

  it('of a window without rows is one empty chunk', () => {
    const none = encodeSnapshot(state, schema, { frame: frame.head(0), hash: { lo: 0, hi: 0 } });
    expect(encodeSnapshotChunk(none, 0).length).toBe(52);
    expect(decodeSnapshot(joinSnapshot(none), schema)).toMatchObject({ status: 'snapshot', frame: { length: 0 } });
  });

  it.each([
    ['more rows than bytes', { rows: 201 }, 'STREAM_BAD_PAYLOAD'],
    ['content that is followed by more', { content: Uint8Array.of(...snapshot.content, 0) }, 'STREAM_BAD_PAYLOAD'],
    ['rows past the limit', { rows: 100_001 }, 'STREAM_TOO_LARGE'],
    ['content that is cut off', { content: snapshot.content.subarray(0, -1) }, 'STREAM_BAD_PAYLOAD'],
    ['content that is still compressed', { compressed: true }, 'STREAM_BAD_PAYLOAD'],
    ['zeroes', { content: new Uint8Array(snapshot.content.length) }, 'STREAM_BAD_PAYLOAD'],
    ['dates that do not ascend', { content: snapshot.content.slice().fill(0, 0, 16) }, 'STREAM_BAD_ORDER'],
  ])('is refused with %s', (_, change, code) => {
    expect(decodeSnapshot({ ...snapshot, ...change }, schema)).toMatchObject({ status: 'refused', code });
  });

  it('is not made of frames that do not fit, nor of chunks that are not in it', () => {
    const code = expect.objectContaining({ code: 'STREAM_NOT_ENCODABLE' });
    const late = frame.with({ date: timestamps(Array.from({ length: rows }, () => 0)) });
    expect(() => encodeSnapshot(state, schema, { frame: late, hash })).toThrow(code);
    expect(() => encodeSnapshot(state, schema, { frame: frame.drop(['tag']), hash })).toThrow(code);
    for (const offset of [-1, 0.5, snapshot.total]) expect(() => encodeSnapshotChunk(encoded, offset)).toThrow(code);
    for (const most of [0, -1, 0.5, Number.NaN, MOST_CHUNK_BYTES + 1]) {
      expect(() => encodeSnapshotChunk(encoded, 0, most)).toThrow(code);
    }
    const lastAnalyzed = Number.NaN;
    expect(() => encodeSnapshotChunk({ ...encoded, lastAnalyzed }, 0)).toThrow(code);
  });

  it('holds the numbers of the frame, and only the bytes of its text beside them', () => {
    const memory = (['date', 'close'] as const).map((name) => Column.dataOf(frame.column(name)));
    const buffers = memory.map((data) => (Array.isArray(data) ? undefined : data.buffer));
    expect(encoded.parts.slice(0, 2).map(({ bytes }) => bytes.buffer)).toEqual(buffers);
    expect(encoded.parts.slice(0, 2).map(({ bytes }, i) => bytes.buffer === buffers[i])).toEqual([true, true]);
    const [date, close, tag] = encoded.parts;
    expect([date.at, close.at, tag.at]).toEqual([0, 8 * rows, 16 * rows]);
    expect(tag.bytes.length).toBe(encoded.total - 16 * rows);
    const few = encodeSnapshot(state, streamSchemaOf(frame.drop(['tag'])), { frame: frame.drop(['tag']), hash });
    expect(encoded.ownBytes - few.ownBytes).toBeGreaterThanOrEqual(tag.bytes.length);
    expect(few.ownBytes).toBeLessThan(1000);
  });

  it('is not made of a column of integers that holds another number', () => {
    const code = expect.objectContaining({ code: 'STREAM_NOT_ENCODABLE' });
    for (const value of [0.5, NaN, 2 ** 53]) {
      const data = Float64Array.from({ length: rows }, (_, row) => (row === 150 ? value : row));
      const wrong = Frame.fromColumns([
        ['date', frame.column('date')],
        ['n', Column.adopt('int', data)],
      ]);
      expect(() => encodeSnapshot(state, streamSchemaOf(wrong), { frame: wrong, hash })).toThrow(code);
    }
  });

  it('is written into memory that is given, if it is long enough', () => {
    const memory = new Uint8Array(152).fill(0xff);
    const chunk = encodeSnapshotChunk(encoded, 1500, 100, memory);
    expect(chunk.buffer).toBe(memory.buffer);
    expect(chunk).toEqual(encodeSnapshotChunk(encoded, 1500, 100));
    // The last one is shorter.
    expect(encodeSnapshotChunk(encoded, encoded.total - 5, 100, memory).length).toBe(57);
    const code = expect.objectContaining({ code: 'STREAM_NOT_ENCODABLE' });
    expect(() => encodeSnapshotChunk(encoded, 0, 101, memory)).toThrow(code);
  });

  it.each([1, 100, 4095, MOST_CHUNK_BYTES])('crosses in chunks of up to %d bytes', (most) => {
    const collector = new SnapshotCollector();
    for (let offset = 0; offset < snapshot.total; offset += most) {
      const bytes = encodeSnapshotChunk(encoded, offset, most);
      expect(bytes.length).toBe(52 + Math.min(most, snapshot.total - offset));
      const outcome = decodeStreamMessage(bytes);
      if (outcome.status === 'refused' || outcome.message.kind !== 'snapshot') throw new Error(outcome.status);
      const collected = collector.add(outcome.message);
      if (offset + most >= snapshot.total) expect(collected).toEqual({ status: 'complete', snapshot });
      else expect(collected).toEqual({ status: 'collecting', received: offset + most, total: snapshot.total });
    }
  });
});

describe('a compressed snapshot', () => {
  it('is the same when it no longer is', async () => {
    const deflated = await deflateSnapshot(encoded);
    expect(deflated).toMatchObject({ compressed: true, total: deflated.parts[0].bytes.length });
    expect(deflated.total).toBeLessThan(snapshot.total);
    expect(await deflateSnapshot(deflated)).toBe(deflated);
    expect(await inflateSnapshot(joinSnapshot(deflated))).toEqual({ status: 'inflated', snapshot });
    expect(await inflateSnapshot(snapshot)).toEqual({ status: 'inflated', snapshot });
  });

  it('is not inflated past the limit', async () => {
    const content = new Uint8Array(32 * 1024 * 1024);
    const bomb = joinSnapshot(await deflateSnapshot(snapshotOfParts(snapshot, [content])));
    expect(bomb.total).toBeLessThan(64 * 1024);
    const outcome = await inflateSnapshot(bomb, { ...defaultStreamLimits, mostSnapshotBytes: 1024 * 1024 });
    if (outcome.status !== 'refused') throw new Error(outcome.status);
    expect(outcome.code).toBe('STREAM_TOO_LARGE');
    // A part at a time is inflated, and the limit looked at after each.
    expect(Number(/found (\d+)/.exec(outcome.reason)?.[1])).toBeLessThan(2 * 1024 * 1024);
    const exactly = { ...defaultStreamLimits, mostSnapshotBytes: content.length };
    expect((await inflateSnapshot(bomb, exactly)).status).toBe('inflated');
  });

  it.each([
    ['is damaged', (bytes: Uint8Array) => bytes.fill(0xff, 0, 20)],
    ['is cut off', (bytes: Uint8Array) => bytes.subarray(0, -5)],
    ['is followed by more', (bytes: Uint8Array) => Uint8Array.from([...bytes, 1, 2, 3])],
    ['is nothing', () => new Uint8Array()],
  ])('is refused where it %s', async (_, damage) => {
    const deflated = joinSnapshot(await deflateSnapshot(encoded));
    const outcome = await inflateSnapshot({ ...deflated, content: damage(deflated.content.slice()) });
    expect(outcome).toMatchObject({ status: 'refused', code: 'STREAM_BAD_SNAPSHOT' });
  });
});
