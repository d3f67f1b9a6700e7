/* oxlint-disable typescript/no-unsafe-type-assertion -- a column's kind says which values it holds, which the type checker cannot follow */
import {
  type Column as ArrowColumn,
  bool,
  columnFromArray,
  float64,
  int64,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  timestamp,
  utf8,
} from '@uwdata/flechette';
import {
  type AnyFrame,
  type BigInts,
  type Column,
  type ColumnKind,
  Frame,
  FrameError,
  type Numbers,
  type Strings,
} from '../frame/index.ts';
import { messageOf } from '../util/errors.ts';
import { fromArrowColumn } from './arrow-columns.ts';
import { checkArrow } from './arrow-structure.ts';

/** Key of a field's metadata in which a column's kind stands, since Arrow's types alone do not tell all kinds apart. */
const KIND_KEY = 'candlecast.kind';

const TIMESTAMP_MS = timestamp(1 /* TimeUnit.MILLISECOND */, 'UTC');

/**
 * A frame as Arrow IPC bytes. Kinds become Float64, Timestamp(ms, UTC), Int64, Bool and Utf8; NaN stays NaN in floats and is
 * null in timestamps. Timestamps finer than milliseconds go as Float64, so that none is rounded. `fromArrow` gives back the
 * frame to the bit.
 *
 * @param format `stream` is for sending, `file` (Feather version 2) for files.
 * @throws FrameError FRAME_BAD_VALUE for text or a name with a lone surrogate, which UTF-8 cannot hold.
 */
export function toArrow(frame: AnyFrame, format: 'stream' | 'file' = 'stream'): Uint8Array {
  const columns = frame.names.map((name): [string, ArrowColumn<unknown>] => {
    if (!name.isWellFormed()) throw loneSurrogate(`column name ${JSON.stringify(name)}`, name);
    return [name, toArrowColumn(frame, name)];
  });
  const table = tableFromColumns(columns);
  for (const field of table.schema.fields) field.metadata = new Map([[KIND_KEY, String(frame.kind(field.name))]]);
  const bytes = tableToIPC(table, { format });
  if (bytes === null) throw new FrameError('FRAME_ARROW_INVALID', 'the encoder returned no bytes');
  return bytes;
}

function toArrowColumn(frame: AnyFrame, name: string): ArrowColumn<unknown> {
  const { kind, values }: Column = frame.column(name);
  const encode = encoders[kind] as (values: unknown, name: string) => ArrowColumn<unknown>;
  return encode(values, name);
}

const encoders: {
  readonly [K in ColumnKind]: (values: never, name: string) => ArrowColumn<unknown>;
} = {
  float64: (values: Numbers) => encodeTyped(values as Float64Array),
  timestamp: encodeTimestamps,
  int: (values: Numbers) => encodeTyped(BigInt64Array.from(values as Float64Array, BigInt)),
  int64: (values: BigInts) => encodeTyped(values as BigInt64Array),
  bool: (values: Numbers) => columnFromArray(Array.from(values as Uint8Array, Boolean), bool()),
  string: encodeTexts,
};

/** Only a typed array without a type is taken as it is; but an empty one then has no type. */
function encodeTyped(values: Float64Array | BigInt64Array): ArrowColumn<unknown> {
  if (values.length > 0) return columnFromArray(values, undefined, { useBigInt: true });
  return columnFromArray(values, values instanceof BigInt64Array ? int64() : float64());
}

function encodeTimestamps(values: Numbers): ArrowColumn<unknown> {
  const times = values as Float64Array;
  const isExact = (time: number) => Number.isNaN(time) || (Number.isSafeInteger(time) && !Object.is(time, -0));
  if (!times.every(isExact)) return encodeTyped(times);
  return columnFromArray(
    Array.from(times, (time) => (Number.isNaN(time) ? null : time)),
    TIMESTAMP_MS,
  );
}

function encodeTexts(values: Strings, name: string): ArrowColumn<unknown> {
  const bad = values.findIndex((text) => text !== null && !text.isWellFormed());
  if (bad === -1) return columnFromArray(values as (string | null)[], utf8());
  throw loneSurrogate(`column "${name}", row ${bad}`, values[bad]);
}

function loneSurrogate(where: string, value: unknown): FrameError {
  return new FrameError('FRAME_BAD_VALUE', `${where}: text with a lone surrogate has no UTF-8 form`, { value });
}

/**
 * The frame in Arrow IPC bytes, stream or file, of any writer: floats of any width become `float64`, integers `int` (or `int64`
 * where one is beyond ±(2^53 - 1), `float64` beyond 64 signed bits), timestamps and dates `timestamp` in milliseconds, plain and
 * dictionary-encoded strings `string`. Nulls become NaN, or null in text; integers and booleans with nulls become `float64`.
 * Compressed columns need a codec registered with `@uwdata/flechette`.
 *
 * Lengths in the bytes are checked before anything is allocated on their word; values are as trustworthy as their source.
 *
 * @throws FrameError FRAME_ARROW_INVALID when the bytes are not Arrow, are cut off (a stream without its end mark is), or hold
 *   another type; FRAME_DUPLICATE_COLUMN when two columns have one name.
 */
export function fromArrow(bytes: Uint8Array): AnyFrame {
  try {
    const names = checkArrow(bytes);
    const table = tableFromIPC(aligned(bytes), { useBigInt: true });
    const columns = table.schema.fields.map((field, i): [string, Column] => {
      const kind = field.metadata?.get(KIND_KEY);
      return [names[i], fromArrowColumn(names[i], table.getChildAt(i), kind)];
    });
    return Frame.fromColumns(columns);
  } catch (error) {
    if (error instanceof FrameError) throw error;
    const what = error instanceof RangeError ? 'it points outside of its own bytes' : messageOf(error);
    throw new FrameError('FRAME_ARROW_INVALID', `not readable as Arrow IPC: ${what}`, { cause: error });
  }
}

/** Typed arrays are laid over the bytes, which must therefore start at a multiple of 8. Also makes plain bytes of a Buffer. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    : Uint8Array.from(bytes);
}
