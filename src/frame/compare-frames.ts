import { type CellValue, Column, type ColumnKind, isSameMemory } from './column.ts';
import type { AnyFrame } from './frame.ts';

/** Where two frames differ first, column by column. */
export type FrameDifference =
  | { readonly what: 'columns'; readonly left: readonly string[]; readonly right: readonly string[] }
  | { readonly what: 'length'; readonly left: number; readonly right: number }
  | { readonly what: 'kind'; readonly column: string; readonly left: ColumnKind; readonly right: ColumnKind }
  | {
      readonly what: 'value';
      readonly column: string;
      readonly row: number;
      readonly left: CellValue;
      readonly right: CellValue;
    };

/** Whether both frames have the same columns, kinds and rows, every number to the bit: NaN equals NaN, -0 is not 0. */
export function framesEqual(left: AnyFrame, right: AnyFrame): boolean {
  return firstDifference(left, right) === undefined;
}

/** The first difference between two frames, or undefined where they are equal. */
export function firstDifference(left: AnyFrame, right: AnyFrame): FrameDifference | undefined {
  if (left === right) return undefined;
  if (left.names.length !== right.names.length || left.names.some((name, i) => name !== right.names[i])) {
    return { what: 'columns', left: left.names, right: right.names };
  }
  if (left.length !== right.length) return { what: 'length', left: left.length, right: right.length };
  for (const column of left.names) {
    const difference = columnDifference(left, right, column);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function columnDifference(left: AnyFrame, right: AnyFrame, column: string): FrameDifference | undefined {
  const [mine, theirs] = [left.column(column), right.column(column)];
  if (mine.kind !== theirs.kind) return { what: 'kind', column, left: mine.kind, right: theirs.kind };
  const row = firstDifferentRow(mine.values, theirs.values, mine.length);
  return row === -1 ? undefined : { what: 'value', column, row, left: mine.cell(row), right: theirs.cell(row) };
}

/** The earliest row in which any column differs within the first `rows` rows of frames of the same columns, or -1. */
export function firstDifferentRowOf(left: AnyFrame, right: AnyFrame, rows: number): number {
  let earliest = rows;
  if (left.origin === right.origin && left.originRow === right.originRow) return -1;
  for (const [place, mine] of left.columnList.entries()) {
    const theirs = right.columnList[place];
    // Frames that follow one another share what did not change.
    if (isOnePlace(mine, theirs)) continue;
    const found = firstDifferentRow(mine.values, theirs.values, earliest);
    if (found !== -1) earliest = found;
  }
  return earliest === rows ? -1 : earliest;
}

function isOnePlace(left: Column, right: Column): boolean {
  const [mine, theirs] = [Column.raw(left), Column.raw(right)];
  return mine.data === theirs.data && mine.start === theirs.start;
}

function firstDifferentRow(left: ArrayLike<unknown>, right: ArrayLike<unknown>, rows: number): number {
  if (left instanceof Float64Array && right instanceof Float64Array) {
    return isSameMemory(left, right) ? -1 : firstDifferentNumber(left, right, rows);
  }
  for (let row = 0; row < rows; row++) if (!Object.is(left[row], right[row])) return row;
  return -1;
}

/**
 * The first row in which two arrays differ within their first `rows` rows, or -1. NaN equals NaN, -0 is not 0. A loop of its own: one
 * that sees other kinds of arrays too takes several times as long.
 */
export function firstDifferentNumber(left: Float64Array, right: Float64Array, rows: number): number {
  for (let row = 0; row < rows; row++) {
    const a = left[row];
    const b = right[row];
    // Equal and not zero is the common case; Object.is settles NaN and -0.
    if ((a !== b || a === 0) && !Object.is(a, b)) return row;
  }
  return -1;
}
