import { type AnyFrame, Column, Frame, timestamps } from '../frame/index.ts';
import { WHOLE_FRAME_ROWS } from '../wire/index.ts';

/**
 * A frame of fewer than 100 rows with empty rows before them, so many that there are 100: no date, no value.
 *
 * A stock consumer joins fewer than 100 rows only to a copy that it has, and without one asks for ever. These rows it takes for a
 * whole frame. When the frame itself follows, nothing of the copy is older than its first row, so it replaces all: the copy is
 * then the frame, to the row. For the moment between, or until it connects again where the connection breaks there, the copy ends
 * with the true rows, and what comes before is no candle.
 */
export function firstCopyFrame(frame: AnyFrame): AnyFrame {
  const blank = Math.max(0, WHOLE_FRAME_ROWS - frame.length);
  return Frame.fromColumns(frame.names.map((name) => [name, withBlankRows(frame.column(name), blank)]));
}

/** Numbers become floats, which alone can be missing; integers that no float holds are left out. */
function withBlankRows(column: Column, blank: number): Column {
  const rows = Array.from({ length: blank + column.length }, (_, row) => row - blank);
  const cellAt = (row: number) => (row < 0 ? null : column.cell(row));
  if (column.kind === 'string') {
    return Column.adopt(
      'string',
      rows.map((row) => textOrNull(cellAt(row))),
    );
  }
  const numbers = Float64Array.from(rows, (row) => numberOrNaN(cellAt(row)));
  return column.kind === 'timestamp' ? timestamps(numbers) : Column.adopt('float64', numbers);
}

function textOrNull(cell: unknown): string | null {
  return typeof cell === 'string' ? cell : null;
}

function numberOrNaN(cell: unknown): number {
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'boolean') return cell ? 1 : 0;
  const isExact = typeof cell === 'bigint' && Number.isSafeInteger(Number(cell));
  return isExact ? Number(cell) : Number.NaN;
}
