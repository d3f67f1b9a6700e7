import { type ColumnPatch, type FrameDelta, ascends } from '../../frame/frame-delta.ts';
import type { AnyFrame } from '../../frame/index.ts';
import { CellReader } from './cell-reader.ts';
import { byteLengthOfCells, writeCells } from './cell-writer.ts';
import { notEncodable } from './check-json.ts';
import { handOut, landingFor } from './row-landing.ts';
import {
  DELTA_COLUMNS_AT,
  HASH_AT,
  KIND_DELTA,
  ROWS_AT,
  type StreamHeader,
  patchesOf,
  seal,
  viewOf,
  writeHeader,
} from './stream-header.ts';
import { type StreamLimits, defaultStreamLimits } from './stream-limits.ts';
import type { DeltaMessage } from './stream-message.ts';
import { type StreamRefused, refuse, tooLarge } from './stream-refusal.ts';
import { type StreamSchema, cellBytes, datesMustAscend, expectKinds, expectNames } from './stream-schema.ts';

/** Before a patch's rows: u16 column, u32 count. */
const PATCH_HEAD_BYTES = 6;
const CHANGED_AT = HASH_AT + 8;

export type DeltaOutcome = { readonly status: 'delta'; readonly delta: FrameDelta } | StreamRefused;

/**
 * A delta as a binary message, for every consumer that holds a state which it starts from. A row of float columns takes 8 bytes a column
 * and 48 once.
 *
 * Behind the header: u32 rows of the window after it; u32 and u32 the window's hash, low half first; u32 changed rows. Then each column's cells of the changed rows, column after column. Then the patches in the order of their columns: u16 column, u32 count,
 * u32 rows in ascending order, cells.
 *
 * @throws StreamError STREAM_NOT_ENCODABLE where the delta does not fit the schema, or contradicts itself.
 */
export function encodeDelta(header: StreamHeader, schema: StreamSchema, delta: FrameDelta): Uint8Array {
  const { rows, hash, changed, patches } = delta;
  expectNames(changed, schema);
  expectKinds(changed, schema);
  expectFit(delta, schema);
  const bytes = new Uint8Array(lengthOf(delta, schema));
  const view = viewOf(bytes);
  writeHeader(view, KIND_DELTA, header, patches.length);
  view.setUint32(ROWS_AT, rows, true);
  view.setUint32(HASH_AT, hash.lo, true);
  view.setUint32(HASH_AT + 4, hash.hi, true);
  view.setUint32(CHANGED_AT, changed.length, true);
  let at = DELTA_COLUMNS_AT;
  const { origin, originRow, length } = changed;
  for (const column of origin) at = writeCells(bytes, view, at, column, originRow, originRow + length);
  for (const patch of patches) at = writePatch(bytes, view, at, patch);
  seal(bytes, view, bytes.length);
  return bytes;
}

function lengthOf({ changed, patches }: FrameDelta, schema: StreamSchema): number {
  const { kinds } = schema;
  let length = DELTA_COLUMNS_AT + schema.leastRowBytes * changed.length;
  for (let place = 0; place < kinds.length; place++) {
    // Only text takes more than the least.
    if (kinds[place] !== 'string') continue;
    length += byteLengthOfCells(changed.columnAt(place)) - cellBytes.string * changed.length;
  }
  for (const { rows, values } of patches) length += PATCH_HEAD_BYTES + 4 * rows.length + byteLengthOfCells(values);
  return length;
}

function writePatch(bytes: Uint8Array, view: DataView, start: number, { column, rows, values }: ColumnPatch): number {
  view.setUint16(start, column, true);
  view.setUint32(start + 2, rows.length, true);
  let at = start + PATCH_HEAD_BYTES;
  for (let i = 0; i < rows.length; i++, at += 4) view.setUint32(at, rows[i], true);
  return writeCells(bytes, view, at, values);
}

function expectFit({ rows, changed, patches }: FrameDelta, { kinds, datePlace }: StreamSchema): void {
  if (!(rows >>> 0 === rows && changed.length <= rows)) {
    throw notEncodable(`expected a window of at least the ${changed.length} changed rows, found ${rows}`, rows);
  }
  if (!ascends(changed.columnAt(datePlace), 0)) throw notEncodable(datesMustAscend, changed);
  let before = -1;
  for (const { column, rows: patched, values } of patches) {
    if (!(column > before && column < kinds.length) || column === datePlace || values.kind !== kinds[column]) {
      const found = `column ${column} of kind ${values.kind} after column ${before}`;
      throw notEncodable(
        `expected patches of the stream's columns in their order, and none of its dates; found ${found}`,
        column,
      );
    }
    if (patched.length === 0 || patched.length !== values.length || !areAscending(patched, rows - changed.length)) {
      const expected = `rows below ${rows - changed.length} in ascending order, and a value for each`;
      throw notEncodable(`a patch of column ${column}: expected ${expected}`, patched);
    }
    before = column;
  }
}

function areAscending(rows: Uint32Array, end: number): boolean {
  for (let i = 1; i < rows.length; i++) if (rows[i] <= rows[i - 1]) return false;
  return rows[rows.length - 1] < end;
}

/**
 * What a delta's message says, by the schema of its stream: whether it fits the window that a consumer holds is for who applies it. The
 * dates of changed rows ascend strictly, and no earlier date is patched. Never throws.
 */
export function decodeDelta(
  { bytes, stream }: DeltaMessage,
  schema: StreamSchema,
  limits: Required<StreamLimits> = defaultStreamLimits,
): DeltaOutcome {
  const reader = new CellReader(bytes, DELTA_COLUMNS_AT, stream, limits);
  const { view } = reader;
  const rows = view.getUint32(ROWS_AT, true);
  const changedRows = view.getUint32(CHANGED_AT, true);
  if (rows > limits.mostRows) return tooLarge(`rows of stream ${stream}`, rows, 'mostRows', limits.mostRows);
  if (changedRows > rows || changedRows * schema.leastRowBytes > reader.left) {
    const found = `${changedRows} in ${reader.left} bytes`;
    return badDelta(
      stream,
      `expected at most ${rows} changed rows of ${schema.leastRowBytes} bytes or more, found ${found}`,
    );
  }
  const changed = readRows(reader, schema, changedRows);
  const patches = readPatches(reader, schema, rows - changedRows, limits);
  if (changed === undefined || reader.refusal !== undefined) return reader.refusal ?? badDelta(stream, 'unreadable');
  if (reader.left > 0) return badDelta(stream, `${reader.left} bytes more than its columns and patches need`);
  if (!ascends(changed.columnAt(schema.datePlace), 0)) {
    return refuse('STREAM_BAD_ORDER', `delta of stream ${stream}: the dates of its rows are not strictly ascending`);
  }
  const hash = { lo: view.getUint32(HASH_AT, true), hi: view.getUint32(HASH_AT + 4, true) };
  return { status: 'delta', delta: { rows, hash, changed, patches } };
}

/** The changed rows; the caller has seen that the least bytes of so many are there. Undefined where they are refused. */
function readRows(reader: CellReader, schema: StreamSchema, rows: number): AnyFrame | undefined {
  const landing = landingFor(schema, rows);
  const { doubles, memory, starts, next } = landing;
  const { kinds, names } = schema;
  let hadText = false;
  for (let place = 0; place < kinds.length; place++) {
    const kind = kinds[place];
    // Text may take what the columns behind it need.
    if (kind === 'string') hadText = true;
    if (hadText && !reader.holds(rows, cellBytes[kind], names[place])) return undefined;
    // The usual message is one row of these.
    if (rows === 1 && kind === 'float64') doubles[starts[place] + next] = reader.double();
    else reader.cells(kind, memory[place], starts[place] + next, rows, names[place]);
  }
  return reader.refusal === undefined ? handOut(landing, rows) : undefined;
}

/** `earlierRows` are those of the window that come before the changed ones. */
function readPatches(
  reader: CellReader,
  schema: StreamSchema,
  earlierRows: number,
  limits: Required<StreamLimits>,
): readonly ColumnPatch[] {
  const count = patchesOf(reader.view);
  const patches: ColumnPatch[] = [];
  let cells = 0;
  let before = -1;
  for (let i = 0; i < count && reader.refusal === undefined; i++) {
    const patch = readPatch(reader, schema, earlierRows, before);
    if (patch === undefined) break;
    cells += patch.rows.length;
    if (cells > limits.mostPatchCells) {
      reader.refusal ??= tooLarge('patched cells of a delta', cells, 'mostPatchCells', limits.mostPatchCells);
    }
    before = patch.column;
    patches.push(patch);
  }
  return patches;
}

function readPatch(
  reader: CellReader,
  { names, kinds, datePlace }: StreamSchema,
  earlierRows: number,
  before: number,
): ColumnPatch | undefined {
  if (!reader.holds(1, PATCH_HEAD_BYTES, 'of a patch')) return undefined;
  const column = reader.view.getUint16(reader.at, true);
  const count = reader.view.getUint32(reader.at + 2, true);
  reader.at += PATCH_HEAD_BYTES;
  if (column <= before || column >= kinds.length || column === datePlace) {
    const expected = `a patch of a column from ${before + 1} to ${kinds.length - 1}, but not of the dates`;
    reader.refuse(`expected ${expected}; found one of column ${column}`);
    return undefined;
  }
  if (count === 0) reader.refuse(`a patch of column ${column} has no cells`);
  if (!reader.holds(count, 4 + cellBytes[kinds[column]], names[column])) return undefined;
  const rows = readRowNumbers(reader, count, earlierRows);
  const values = reader.column(kinds[column], count, names[column]);
  return values && { column, rows, values };
}

function readRowNumbers(reader: CellReader, count: number, end: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let i = 0, before = -1; i < count; i++, reader.at += 4) {
    const row = reader.view.getUint32(reader.at, true);
    if (row <= before || row >= end) {
      reader.refuse(`expected rows of a patch from ${before + 1} to ${end - 1} in ascending order, found ${row}`);
    }
    rows[i] = row;
    before = row;
  }
  return rows;
}

function badDelta(stream: number, reason: string): StreamRefused {
  return refuse('STREAM_BAD_PAYLOAD', `delta of stream ${stream}: ${reason}`);
}
