import { Column, withSpareRows } from './column.ts';

/**
 * Columns with rows behind theirs, those of `rows` at the same place and of the same kind. Columns of doubles that have to move all move
 * into one piece of memory: a piece each would take longer to make than to fill.
 */
export function appendColumns(columns: readonly Column[], rows: readonly Column[]): Column[] {
  const isMoved = columns.map((column, place) => moves(column, rows[place].length));
  const count = isMoved.filter(Boolean).length;
  if (count < 2) return columns.map((column, place) => column.append(rows[place]));
  const [{ length }, { length: added }] = [columns[0], rows[0]];
  const capacity = withSpareRows(length) + added;
  const data = new Float64Array(count * capacity);
  let used = 0;
  return columns.map((column, place) => {
    if (!isMoved[place]) return column.append(rows[place]);
    const part = { start: used, end: used + capacity };
    used = part.end;
    return column.movedTo(data, part).append(rows[place]);
  });
}

/** Whether it holds doubles, and has no room for so many rows behind its own. */
function moves(column: Column, rows: number): boolean {
  return Column.dataOf(column) instanceof Float64Array && !Column.hasRoomBehind(column, column.length, rows);
}
