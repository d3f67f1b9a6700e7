import type { AnyFrame, BigInts, CellValue, Column, Numbers } from '../frame/index.ts';
import { type ColumnDeclaration, declareColumns, isKind } from './column-kinds.ts';
import { WireError } from './wire-error.ts';

/** A frame as it stands in the `data` of a message. */
export interface EncodedFrame {
  readonly df: { readonly __type__: 'dataframe'; readonly __value__: string };
  readonly candlecast?: ColumnDeclaration;
}

export interface EncodeFrameOptions {
  /** Which row of the producer's frame comes first, 0 unless told; `index` counts from it, as 295 to 299 for the last 5 of 300. */
  readonly firstRow?: number;
}

/**
 * From here on JavaScript's plain digits of a float are left to be read as an integer, and past 2^64 make pandas refuse the
 * whole frame ("Value is too big!"). With an exponent they are a float to everyone.
 */
const LARGE = 1e18;

/**
 * A frame as pandas' `to_json(orient="split")` text, every float to the bit, and the declaration that lets a Candlecast peer
 * restore its kinds, infinities and negative zeros. A frame without columns needs none.
 *
 * @throws WireError WIRE_NOT_ENCODABLE where a column of kind int holds anything else, or for a bad `firstRow`.
 */
export function encodeFrame(frame: AnyFrame, options: EncodeFrameOptions = {}): EncodedFrame {
  const columns = JSON.stringify(frame.names);
  const index = labels(frame.length, options.firstRow ?? 0);
  const text = `{"columns":${columns},"index":[${index}],"data":[${rowTexts(frame)}]}`;
  const df = { __type__: 'dataframe', __value__: text } as const;
  return frame.names.length === 0 ? { df } : { df, candlecast: declareColumns(frame) };
}

function labels(rows: number, firstRow: number): string {
  if (Number.isSafeInteger(firstRow) && firstRow >= 0) {
    return Array.from({ length: rows }, (_, row) => firstRow + row).join(',');
  }
  throw new WireError('WIRE_NOT_ENCODABLE', `firstRow must be 0 or a positive integer, found ${firstRow}`, {
    value: firstRow,
  });
}

/** A row at a time, since the built-in encoder is fastest with numbers, but cannot write large ones as they must be. */
function rowTexts(frame: AnyFrame): string {
  const columns = frame.names.map((name) => frame.column(name));
  const values = columns.map((column, place) => jsonValues(frame.names[place], column));
  const large = rowsOfLargeNumbers(columns);
  const cells: unknown[] = Array.from(values);
  let text = '';
  for (let row = 0; row < frame.length; row++) {
    for (let place = 0; place < cells.length; place++) cells[place] = values[place][row];
    const rowText = large.has(row) ? exactRowText(columns, row) : JSON.stringify(cells);
    text += row === 0 ? rowText : `,${rowText}`;
  }
  return text;
}

/** A column's values as JSON's encoder takes them; NaN and the infinities become null there. */
function jsonValues(name: string, column: Column): ArrayLike<unknown> {
  if (isKind(column, 'bool')) return Array.from(column.values, (value) => value === 1);
  if (isKind(column, 'int64')) return Array.from(column.values, Number);
  if (isKind(column, 'int')) expectIntegers(name, column.values);
  return column.values;
}

function expectIntegers(name: string, values: Numbers): void {
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (Number.isSafeInteger(value)) continue;
    const message = `column ${JSON.stringify(name)}, row ${row}: expected an integer within ±(2^53 - 1), found ${value}`;
    throw new WireError('WIRE_NOT_ENCODABLE', message, { value });
  }
}

function rowsOfLargeNumbers(columns: readonly Column[]): ReadonlySet<number> {
  const rows = new Set<number>();
  for (const column of columns) {
    if (isKind(column, 'int64')) collectUnsafe(column.values, rows);
    else if (isKind(column, 'float64') || isKind(column, 'timestamp')) collectLarge(column.values, rows);
  }
  return rows;
}

function collectUnsafe(values: BigInts, rows: Set<number>): void {
  for (let row = 0; row < values.length; row++) if (!Number.isSafeInteger(Number(values[row]))) rows.add(row);
}

function collectLarge(values: Numbers, rows: Set<number>): void {
  for (let row = 0; row < values.length; row++) if (isLarge(values[row])) rows.add(row);
}

function isLarge(value: number): boolean {
  const size = Math.abs(value);
  return size >= LARGE && size < Infinity;
}

function exactRowText(columns: readonly Column[], row: number): string {
  return `[${columns.map((column) => exactText(column.cell(row))).join(',')}]`;
}

/** `toExponential` gives the fewest digits that are read back to the bit. */
function exactText(cell: CellValue): string {
  if (typeof cell === 'bigint') return `${cell}`;
  return typeof cell === 'number' && isLarge(cell) ? cell.toExponential() : JSON.stringify(cell);
}
