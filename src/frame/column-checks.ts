import type { Column, ColumnKind } from './column.ts';
import { type ColumnInput, toColumn } from './column-input.ts';
import { FrameError } from './frame-error.ts';

/** An input as a column; an error names it. Throws FRAME_BAD_VALUE. */
export function columnNamed(name: string, input: ColumnInput): Column {
  try {
    return toColumn(input);
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    throw new FrameError(error.code, `column "${name}", ${error.message}`, { value: error.value, cause: error });
  }
}

/** The column, which must have as many rows as its frame. Throws FRAME_WRONG_LENGTH. */
export function expectLength(name: string, column: Column, length: number): Column {
  if (column.length === length) return column;
  throw new FrameError('FRAME_WRONG_LENGTH', `column "${name}" has ${column.length} rows, the frame has ${length}`, {
    value: column.length,
  });
}

/** The error for a column of another kind than an operation needs. */
export function wrongKind(name: string, found: ColumnKind, wanted: string): FrameError {
  return new FrameError('FRAME_WRONG_KIND', `column "${name}" is of kind ${found}, wanted ${wanted}`, { value: found });
}

/** Within 0 and `length`, from the back where negative; 0 for NaN, as arrays do. */
export function clampRow(row: number, length: number): number {
  const whole = Math.trunc(row) || 0;
  return Math.min(length, Math.max(0, whole < 0 ? length + whole : whole));
}
