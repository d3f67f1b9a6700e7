import { Column } from '../../frame/column.ts';
import { isLittleEndian } from '../../util/little-endian.ts';
import { StreamError } from './stream-error.ts';
import { viewOf } from './stream-header.ts';
import { textByteLength, writeText } from './text-bytes.ts';

/** Stands for null where the length of a text would. */
export const NULL_TEXT = 0xffffffff;

/** Fewer values are written one by one, which is faster than making views to copy from. */
const FEWEST_COPIED = 16;

/** How many bytes `writeCells` writes for a column. */
export function byteLengthOfCells(column: Column): number {
  const { data, start, end } = Column.raw(column);
  if (!Array.isArray(data)) return data.BYTES_PER_ELEMENT * (end - start);
  let bytes = 4 * (end - start);
  for (let row = start; row < end; row++) {
    const text = data[row];
    if (text !== null) bytes += textByteLength(text);
  }
  return bytes;
}

/**
 * Writes a column's cells at `at`, where there must be room for them; returns where they end. By default all of them, else those of the
 * rows `from` to `to` (exclusive), which may lie behind the column's last. Numbers take 8 bytes each, integers of
 * 64 bits too, booleans one; text a u32 of its bytes, or NULL_TEXT, and the bytes.
 *
 * @throws StreamError STREAM_NOT_ENCODABLE for a value that does not belong into a column of its kind.
 */
export function writeCells(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  column: Column,
  from = 0,
  to: number = column.length,
): number {
  const data = Column.dataOf(column);
  const [start, end] = [Column.startOf(column) + from, Column.startOf(column) + to];
  if (data instanceof Float64Array) {
    if (column.kind === 'int') expectIntegers(data, start, end);
    return writeDoubles(bytes, view, at, data, start, end);
  }
  if (data instanceof Uint8Array) {
    for (let row = start, to = at; row < end; row++, to++) bytes[to] = data[row];
    return at + end - start;
  }
  if (data instanceof BigInt64Array) {
    for (let row = start, to = at; row < end; row++, to += 8) view.setBigInt64(to, data[row], true);
    return at + 8 * (end - start);
  }
  return writeTexts(bytes, view, at, data, start, end);
}

/**
 * A column's cells as `writeCells` writes them: a view of the column's memory, which never changes, where they stand there so; else
 * bytes of their own.
 *
 * @throws StreamError STREAM_NOT_ENCODABLE for a value that does not belong into a column of its kind.
 */
export function bytesOfCells(column: Column): { readonly bytes: Uint8Array; readonly isView: boolean } {
  const { data, start, end } = Column.raw(column);
  if (!Array.isArray(data) && (isLittleEndian || data.BYTES_PER_ELEMENT === 1)) {
    if (column.kind === 'int' && data instanceof Float64Array) expectIntegers(data, start, end);
    const width = data.BYTES_PER_ELEMENT;
    return { bytes: new Uint8Array(data.buffer, data.byteOffset + width * start, width * (end - start)), isView: true };
  }
  const bytes = new Uint8Array(byteLengthOfCells(column));
  writeCells(bytes, viewOf(bytes), 0, column);
  return { bytes, isView: false };
}

function writeDoubles(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  data: Float64Array,
  start: number,
  end: number,
): number {
  const length = 8 * (end - start);
  if (isLittleEndian && end - start >= FEWEST_COPIED) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset + 8 * start, length), at);
  } else for (let row = start, to = at; row < end; row++, to += 8) view.setFloat64(to, data[row], true);
  return at + length;
}

function writeTexts(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  texts: readonly (string | null)[],
  start: number,
  end: number,
): number {
  let to = at;
  for (let row = start; row < end; row++) {
    const text = texts[row];
    if (text === null) {
      view.setUint32(to, NULL_TEXT, true);
      to += 4;
    } else {
      const textEnd = writeText(bytes, to + 4, text);
      view.setUint32(to, textEnd - to - 4, true);
      to = textEnd;
    }
  }
  return to;
}

/** What a consumer would refuse, again and again, is found before it is sent. */
function expectIntegers(data: Float64Array, start: number, end: number): void {
  for (let row = start; row < end; row++) {
    if (Number.isSafeInteger(data[row])) continue;
    const reason = `row ${row - start} of a column of integers: expected one within ±(2^53 - 1), found ${data[row]}`;
    throw new StreamError('STREAM_NOT_ENCODABLE', reason, { value: data[row] });
  }
}
