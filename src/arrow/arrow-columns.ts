/* oxlint-disable typescript/no-unsafe-type-assertion -- an Arrow type's number says what its batches hold, which the type checker cannot follow */
import { type Batch, type Column as ArrowColumn, Type } from '@uwdata/flechette';
import { Column, type ColumnKind } from '../frame/index.ts';
import { invalidArrow } from './flat-table.ts';

type Values = ArrayLike<number | bigint | boolean | string | null | undefined>;

/** What flechette's batches of views and of dictionary keys have besides. */
interface ViewBatch extends Batch<unknown> {
  view(row: number): Uint8Array;
}
interface DictionaryBatch extends Batch<unknown> {
  readonly dictionary: ArrowColumn<unknown>;
}

/** Views may share bytes, so that the text of a column may be longer than the message. */
const MOST_TEXT_BYTES = 2 ** 28;

// Not flechette's decoder, which drops a byte order mark at the start of a text and lets wrong bytes pass.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A decoded Arrow column as one of ours.
 *
 * @param kind the kind it had when it was written by `toArrow`, if it was.
 * @throws FrameError FRAME_ARROW_INVALID.
 */
export function fromArrowColumn(name: string, column: ArrowColumn<unknown>, kind: string | undefined): Column {
  for (const batch of column.data) checkBatch(name, batch);
  const type = column.type.typeId === Type.Dictionary ? column.type.dictionary : column.type;
  const typeId: number = type.typeId;
  switch (typeId) {
    case Type.Float:
      return Column.adopt(kind === 'timestamp' ? 'timestamp' : 'float64', floats(name, valuesOf(column)));
    case Type.Int:
      return integers(name, valuesOf(column), kind === 'int64');
    case Type.Timestamp:
    case Type.Date:
      return Column.adopt('timestamp', floats(name, valuesOf(column)));
    case Type.Bool:
      return booleans(name, valuesOf(column));
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
    case Type.Null:
      return Column.adopt('string', column.data.flatMap(textsOf));
    default:
      throw invalidArrow(`column "${name}" is of a type that a frame has no column for`, type.typeId);
  }
}

function valuesOf(column: ArrowColumn<unknown>): Values {
  return column.toArray() as Values;
}

/** Checks that a batch has the bytes for the rows it claims; buffers may be longer, for padding. */
function checkBatch(name: string, batch: Batch<unknown>): void {
  const { length: rows, nullCount, validity, values, offsets, type } = batch;
  const isEnough =
    (nullCount === 0 || type.typeId === Type.Null || validity.length * 8 >= rows) &&
    (type.typeId === Type.Null || offsets !== undefined || values.length >= rows * unitsPerRow(type.typeId)) &&
    (offsets === undefined || rows === 0 || offsets.length > rows);
  if (!isEnough) throw invalidArrow(`column "${name}" has fewer values than the ${rows} rows it claims`, rows);
  if (offsets !== undefined) checkOffsets(name, batch);
  if (type.typeId === Type.Dictionary) for (const words of dictionaryOf(batch).data) checkBatch(name, words);
}

/** Elements of the array of values that one row takes. */
function unitsPerRow(typeId: number): number {
  if (typeId === Type.Bool) return 1 / 8;
  return typeId === Type.Utf8View ? 16 : 1;
}

function checkOffsets(name: string, { offsets, values, length }: Batch<unknown>): void {
  for (let row = 0; row < length; row++) {
    if (offsets[row] < 0 || offsets[row] > offsets[row + 1] || offsets[row + 1] > values.length) {
      throw invalidArrow(`column "${name}", row ${row}: the text lies outside of its bytes`, row);
    }
  }
}

function dictionaryOf(batch: Batch<unknown>): ArrowColumn<unknown> {
  const { dictionary } = batch as DictionaryBatch;
  if (dictionary === undefined) throw invalidArrow('a dictionary is missing');
  return dictionary;
}

function textsOf(batch: Batch<unknown>): (string | null)[] {
  if (batch.type.typeId === Type.Null) return Array.from({ length: batch.length }, () => null);
  const textAt = textReader(batch);
  const isPresent = (row: number) => batch.nullCount === 0 || batch.isValid(row);
  return Array.from({ length: batch.length }, (_, row) => (isPresent(row) ? textAt(row) : null));
}

function textReader(batch: Batch<unknown>): (row: number) => string | null {
  if (batch.type.typeId === Type.Dictionary) return dictionaryReader(batch);
  const { offsets } = batch;
  if (offsets !== undefined) {
    const bytes = batch.values as Uint8Array;
    return (row) => utf8.decode(bytes.subarray(Number(offsets[row]), Number(offsets[row + 1])));
  }
  let total = 0;
  return (row) => {
    const bytes = (batch as ViewBatch).view(row);
    total += bytes.length;
    if (total > MOST_TEXT_BYTES) throw invalidArrow(`a column has more than ${MOST_TEXT_BYTES} bytes of text`);
    return utf8.decode(bytes);
  };
}

function dictionaryReader(batch: Batch<unknown>): (row: number) => string | null {
  const words = dictionaryOf(batch).data.flatMap(textsOf);
  return (row) => {
    const key = Number(batch.values[row]);
    if (key >= 0 && key < words.length) return words[key];
    throw invalidArrow(`row ${row} has entry ${key} of a dictionary of ${words.length}`, key);
  };
}

function booleans(name: string, values: Values): Column {
  if (Array.prototype.includes.call(values, null)) return Column.adopt('float64', floats(name, values));
  return Column.adopt('bool', Uint8Array.from(floats(name, values)));
}

/** Numbers, NaN for null. Copies: the bytes belong to the caller. */
function floats(name: string, values: Values): Float64Array {
  if (values instanceof Float64Array || values instanceof Float32Array) return Float64Array.from(values);
  const numbers = new Float64Array(values.length);
  for (let row = 0; row < numbers.length; row++) {
    const value = values[row];
    if (value === undefined) throw invalidArrow(`column "${name}", row ${row}: its dictionary has no such entry`, row);
    numbers[row] = value === null ? Number.NaN : Number(value);
  }
  return numbers;
}

/** Unsigned integers beyond 64 signed bits become doubles: the nearest number, never another one. */
function integers(name: string, values: Values, wasInt64: boolean): Column {
  const numbers = floats(name, values);
  if (!wasInt64 && numbers.every(Number.isSafeInteger)) return Column.adopt('int', numbers);
  const hasNulls = numbers.some(Number.isNaN);
  if (hasNulls) return Column.adopt('float64', numbers);
  if (values instanceof BigInt64Array) return Column.adopt('int64', values.slice());
  const wide = Array.from(values, (value) => BigInt(value ?? 0));
  const isSigned = wide.every((value) => BigInt.asIntN(64, value) === value);
  const kind: ColumnKind = isSigned ? 'int64' : 'float64';
  return Column.adopt(kind, isSigned ? BigInt64Array.from(wide) : numbers);
}
