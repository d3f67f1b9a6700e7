/* oxlint-disable typescript/no-unsafe-type-assertion -- what plain JavaScript may pass in */
import { Dictionary, Int32, Table, type TypeMap, Utf8, tableToIPC, vectorFromArray } from 'apache-arrow';
import * as arrow from 'apache-arrow';
import {
  CompressionType,
  columnFromArray,
  setCompressionCodec,
  tableFromColumns,
  tableToIPC as compressTable,
} from '@uwdata/flechette';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type AnyFrame,
  Column,
  Frame,
  FrameError,
  emptyFrame,
  firstDifference,
  ints,
  timestamps,
} from '../frame/index.ts';
import { fromArrow, toArrow } from './arrow.ts';

const formats = ['stream', 'file'] as const;

const everyKind = Frame.of({
  date: timestamps([1_700_000_000_000, Number.NaN, 0]),
  close: [1.5, Number.NaN, -0],
  count: ints([1, -2, Number.MAX_SAFE_INTEGER]),
  big: [2n ** 63n - 1n, -(2n ** 63n), 0n],
  small: [1n, 2n, 3n],
  flag: [true, false, true],
  tag: ['a', null, '\uFEFF日本'],
});

/** A frame from what apache-arrow writes of one column. */
function fromRival(values: readonly unknown[], type: arrow.DataType, format: 'stream' | 'file' = 'stream'): AnyFrame {
  const table = new Table<TypeMap>({ x: vectorFromArray(values, type) });
  return fromArrow(tableToIPC(table, format));
}

const cells = (frame: AnyFrame) => Array.from({ length: frame.length }, (_, row) => frame.at(row, 'x'));

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof FrameError && error.code === 'FRAME_ARROW_INVALID') return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe.each(formats)('toArrow and fromArrow, %s', (format) => {
  it('keep every kind, also of small 64-bit integers', () => {
    const back = fromArrow(toArrow(everyKind, format));
    expect(firstDifference(everyKind, back)).toBeUndefined();
    expect(back.kind('small')).toBe('int64');
  });

  it('keep the kinds of a frame without rows, and a frame without columns', () => {
    expect(firstDifference(everyKind.head(0), fromArrow(toArrow(everyKind.head(0), format)))).toBeUndefined();
    expect(firstDifference(emptyFrame, fromArrow(toArrow(emptyFrame, format)))).toBeUndefined();
  });

  it('keep times that are finer than a millisecond, infinite or negative zero', () => {
    const frame = Frame.of({ date: timestamps([1_700_000_000_000.25, -0, Infinity, Number.NaN]) });
    expect(firstDifference(frame, fromArrow(toArrow(frame, format)))).toBeUndefined();
  });

  it('keep many rows', () => {
    const rows = 100_000;
    const frame = Frame.of({
      x: Float64Array.from({ length: rows }, (_, i) => Math.sin(i)),
      tag: Array.from({ length: rows }, String),
    });
    expect(firstDifference(frame, fromArrow(toArrow(frame, format)))).toBeUndefined();
  });
});

describe('toArrow', () => {
  it('names its types to other readers', () => {
    const { schema } = arrow.tableFromIPC(toArrow(everyKind));
    expect(schema.fields.map((field) => `${field.name}: ${field.type}`)).toEqual([
      'date: Timestamp<MILLISECOND, UTC>',
      'close: Float64',
      'count: Int64',
      'big: Int64',
      'small: Int64',
      'flag: Bool',
      'tag: Utf8',
    ]);
  });

  it('refuses text that UTF-8 cannot hold, naming the place', () => {
    const column = Column.adopt('string', ['fine', '\uD800']);
    const error = new FrameError(
      'FRAME_BAD_VALUE',
      'column "tag", row 1: text with a lone surrogate has no UTF-8 form',
      {
        value: '\uD800',
      },
    );
    expect(() => toArrow(Frame.fromColumns([['tag', column]]))).toThrow(error);
    expect(() => toArrow(Frame.of({ '\uDC00': [1] }))).toThrow('column name "\\udc00": text with a lone surrogate');
  });
});

describe('fromArrow, of what apache-arrow writes', () => {
  it.each(formats)('reads every type that a frame has a column for, as a %s', (format) => {
    const read = (values: readonly unknown[], type: arrow.DataType) => {
      const frame = fromRival(values, type, format);
      return [frame.kind('x'), cells(frame)];
    };
    expect(read([1.5, -0, Number.NaN], new arrow.Float64())).toEqual(['float64', [1.5, -0, Number.NaN]]);
    expect(read([1.5, null, 0.1], new arrow.Float32())).toEqual(['float64', [1.5, Number.NaN, Math.fround(0.1)]]);
    expect(read([1, -128], new arrow.Int8())).toEqual(['int', [1, -128]]);
    expect(read([65_535], new arrow.Uint16())).toEqual(['int', [65_535]]);
    expect(read([1, 2, 2 ** 31 - 1], new Int32())).toEqual(['int', [1, 2, 2 ** 31 - 1]]);
    expect(read([1n, -(2n ** 53n - 1n)], new arrow.Int64())).toEqual(['int', [1, 1 - 2 ** 53]]);
    expect(read([1n, 2n ** 53n], new arrow.Int64())).toEqual(['int64', [1n, 2n ** 53n]]);
    expect(read([true, false], new arrow.Bool())).toEqual(['bool', [true, false]]);
    expect(read(['a', null, ''], new Utf8())).toEqual(['string', ['a', null, '']]);
    expect(read(['é', '日本'], new arrow.LargeUtf8())).toEqual(['string', ['é', '日本']]);
    expect(read([null, null], new arrow.Null())).toEqual(['string', [null, null]]);
    expect(read(['a', 'b', null, 'a'], new Dictionary(new Utf8(), new Int32()))).toEqual([
      'string',
      ['a', 'b', null, 'a'],
    ]);
    expect(read([new Date(0), new Date(864e5)], new arrow.DateDay())).toEqual(['timestamp', [0, 864e5]]);
  });

  it('makes integers and booleans with nulls floats', () => {
    expect(fromRival([1, null], new Int32()).kind('x')).toBe('float64');
    expect(cells(fromRival([1, null], new Int32()))).toEqual([1, Number.NaN]);
    expect(cells(fromRival([true, null, false], new arrow.Bool()))).toEqual([1, Number.NaN, 0]);
    expect(cells(fromRival([2n ** 60n, null], new arrow.Int64()))).toEqual([2 ** 60, Number.NaN]);
  });

  it('makes unsigned integers beyond 64 signed bits the nearest floats', () => {
    const values = [2n ** 64n - 1n, 2n ** 63n, 1n];
    const frame = fromRival(values, new arrow.Uint64());
    expect(frame.kind('x')).toBe('float64');
    expect(cells(frame)).toEqual(values.map(Number));
    expect(fromRival([2n ** 63n - 1n], new arrow.Uint64()).kind('x')).toBe('int64');
  });

  it.each([
    ['seconds', new arrow.TimestampSecond(), 1 / 1000],
    ['milliseconds', new arrow.TimestampMillisecond(), 1],
    ['microseconds', new arrow.TimestampMicrosecond(), 1000],
    ['nanoseconds', new arrow.TimestampNanosecond(), 1_000_000],
  ] as const)('reads timestamps in %s as milliseconds', (_, type, perMs) => {
    const times = [1_700_000_000_000, 0, -1000, 1_700_000_001_000];
    const data = arrow.makeData({ type, data: BigInt64Array.from(times, (ms) => BigInt(ms * perMs)) });
    const frame = fromArrow(tableToIPC(new Table<TypeMap>({ x: arrow.makeVector(data) })));
    expect([frame.kind('x'), cells(frame)]).toEqual(['timestamp', times]);
    const nulls = arrow.makeData({ type, data: BigInt64Array.of(1n, 2n), nullBitmap: Uint8Array.of(0), nullCount: 2 });
    expect(cells(fromArrow(tableToIPC(new Table<TypeMap>({ x: arrow.makeVector(nulls) }))))).toEqual([
      Number.NaN,
      Number.NaN,
    ]);
  });

  it('keeps fractions of a millisecond', () => {
    const data = arrow.makeData({
      type: new arrow.TimestampMicrosecond(),
      data: BigInt64Array.of(1_700_000_000_000_250n),
    });
    expect(cells(fromArrow(tableToIPC(new Table<TypeMap>({ x: arrow.makeVector(data) }))))).toEqual([
      1_700_000_000_000.25,
    ]);
  });

  it('joins several batches, with their nulls and their dictionaries', () => {
    const type = new Dictionary(new Utf8(), new Int32());
    const parts = [['a', 'b'], ['b', null], ['a']].map((tags, i) => {
      const x = vectorFromArray(
        tags.map((_, row) => (row === 1 && i === 1 ? null : row + 10 * i)),
        new arrow.Float64(),
      );
      return new Table<TypeMap>({ tag: vectorFromArray(tags, type), x });
    });
    const whole = new Table(parts.flatMap((table) => table.batches));
    expect(whole.batches).toHaveLength(3);
    const frame = fromArrow(tableToIPC(whole));
    expect(cells(frame)).toEqual([0, 1, 10, Number.NaN, 20]);
    expect(frame.strings('tag')).toEqual(['a', 'b', 'b', null, 'a']);
  });
});

describe('fromArrow, of what it cannot read', () => {
  it('says that there is nothing, or something else', () => {
    expect(messageOf(() => fromArrow(new Uint8Array()))).toBe(
      'not readable as Arrow IPC: cut off after 0 bytes; there is no end mark',
    );
    expect(messageOf(() => fromArrow(new TextEncoder().encode('date,close\n1,2\n')))).toMatch(
      /^not readable as Arrow IPC: /,
    );
    expect(messageOf(() => fromArrow(new Uint8Array(64)))).toBe(
      'not readable as Arrow IPC: it does not start with a schema',
    );
  });

  it('says where bytes are cut off, also between batches', () => {
    const bytes = toArrow(everyKind);
    expect(messageOf(() => fromArrow(bytes.subarray(0, bytes.length - 8)))).toBe(
      `not readable as Arrow IPC: cut off after ${bytes.length - 8} bytes; there is no end mark`,
    );
    expect(messageOf(() => fromArrow(bytes.subarray(0, bytes.length - 9)))).toBe(
      `not readable as Arrow IPC: cut off after ${bytes.length - 9} bytes; a message goes to ${bytes.length - 8}`,
    );
    const file = toArrow(everyKind, 'file');
    expect(messageOf(() => fromArrow(file.subarray(0, file.length - 1)))).toContain('the file has no end');
  });

  it('says so when it points outside of itself', () => {
    const bytes = toArrow(everyKind);
    new DataView(bytes.buffer).setInt32(8, 2 ** 30, true);
    expect(messageOf(() => fromArrow(bytes))).toBe('not readable as Arrow IPC: it points outside of its own bytes');
  });

  it('does not leave out what follows the end mark', () => {
    const bytes = toArrow(everyKind);
    expect(messageOf(() => fromArrow(Uint8Array.from([...bytes, ...bytes])))).toContain('bytes follow its end mark');
    const padded = new Uint8Array(bytes.length + 56);
    padded.set(bytes);
    expect(firstDifference(everyKind, fromArrow(padded))).toBeUndefined();
  });

  it('names the column of a type that a frame has no column for', () => {
    const list = new arrow.List(new arrow.Field('item', new arrow.Float64()));
    const wanted = 'not readable as Arrow IPC: column "x" is of a type that a frame has no column for';
    expect(messageOf(() => fromRival([[1, 2], [3]], list))).toBe(wanted);
    expect(messageOf(() => fromRival([1n], new arrow.TimeNanosecond()))).toBe(wanted);
    expect(messageOf(() => fromRival([Uint8Array.of(1)], new arrow.Binary()))).toBe(wanted);
  });

  it('refuses two columns of one name', () => {
    const fields = [new arrow.Field('x', new arrow.Float64(), false), new arrow.Field('x', new arrow.Float64(), false)];
    const child = () => arrow.makeData({ type: new arrow.Float64(), data: Float64Array.of(1) });
    const data = arrow.makeData({ type: new arrow.Struct(fields), children: [child(), child()], length: 1 });
    const batch = new arrow.RecordBatch(new arrow.Schema(fields), data);
    expect(() => fromArrow(tableToIPC(new Table([batch])))).toThrow('two columns are named "x"');
  });

  it('refuses text that is not UTF-8', () => {
    const bytes = toArrow(Frame.of({ tag: ['abcdefgh'] }));
    const at = bytes.findIndex((_, i) => bytes[i] === 97 && bytes[i + 7] === 104);
    expect(at).toBeGreaterThan(0);
    expect(messageOf(() => fromArrow(bytes.with(at, 0xff)))).toMatch(
      /^not readable as Arrow IPC: .*encoded data was not valid/,
    );
  });
});

describe('fromArrow, of compressed columns', () => {
  /** Leaves out the last 8 of several equal values; enough of a codec for columns of one value. */
  const codec = {
    encode: (bytes: Uint8Array) => bytes.slice(0, Math.max(0, bytes.length - 8)),
    decode: (bytes: Uint8Array, length: number) =>
      Uint8Array.from([...bytes, ...bytes.slice(0, 8)]).subarray(0, length),
  };
  const unregister = () => setCompressionCodec(CompressionType.LZ4_FRAME, undefined as unknown as typeof codec);
  afterEach(unregister);

  function compressed(): Uint8Array {
    setCompressionCodec(CompressionType.LZ4_FRAME, codec);
    const table = tableFromColumns({ x: columnFromArray(new Float64Array(100).fill(1.5)) });
    const bytes = compressTable(table, { codec: CompressionType.LZ4_FRAME });
    if (bytes === null) throw new Error('no bytes');
    return bytes;
  }

  it('reads them with a registered codec', () => {
    expect(cells(fromArrow(compressed()))).toEqual(Array.from({ length: 100 }, () => 1.5));
  });

  it('names the codec that is missing', () => {
    const bytes = compressed();
    unregister();
    expect(messageOf(() => fromArrow(bytes))).toBe(
      'not readable as Arrow IPC: its columns are compressed with LZ4_FRAME, for which no codec is registered',
    );
  });

  it.each([2n ** 40n, 2n ** 62n, -2n, 300_000n])('does not let a buffer claim %d bytes', (claimed) => {
    const bytes = compressed();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const at = bytes.findLastIndex(
      (_, i) => i % 8 === 0 && i + 8 <= bytes.length && view.getBigInt64(i, true) === 800n,
    );
    view.setBigInt64(at, claimed, true);
    expect(messageOf(() => fromArrow(bytes))).toBe(
      `not readable as Arrow IPC: a buffer of 800 bytes claims to hold ${Number(claimed)}`,
    );
  });

  it('does not take fewer values than the rows claimed', () => {
    const bytes = compressed();
    setCompressionCodec(CompressionType.LZ4_FRAME, { ...codec, decode: (bytes) => bytes });
    expect(messageOf(() => fromArrow(bytes))).toBe(
      'not readable as Arrow IPC: column "x" has fewer values than the 100 rows it claims',
    );
  });
});
