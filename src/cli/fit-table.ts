import type { Paint, Style } from './paint.ts';
import { plainTable } from './plain-table.ts';
import type { Room } from './terminal.ts';
import { clipText, textWidth } from './text-width.ts';

/** What stands in a cell. */
export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

export interface TableColumn<Row> {
  readonly head: string;
  readonly cell: (row: Row) => Cell;
  readonly align?: 'right';
  /** Columns with a higher number leave earlier where the room is small; 0, which is the default, stays. */
  readonly leaves?: number;
  /** Cells that it takes at least, so that it stands still while its contents change. */
  readonly least?: number;
}

/** So much of the last column, which is cut where it is longer, is worth another column's place. */
const LAST_COLUMN = 24;

/** Between columns. */
const GAP = 2;

/**
 * A table that fits a width: columns leave, and what is then still too long is cut in the last column. Of more rows than fit
 * the height the first ones are shown, and how many there are besides.
 *
 * @param room the height is for the table's lines, its head among them.
 */
export function fitTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  options: { readonly room: Room; readonly paint: Paint; readonly rowName: string },
): string {
  const { room, paint, rowName } = options;
  const most = Math.max(1, rows.length + 1 > room.height ? room.height - 2 : rows.length);
  const shown = rows.slice(0, most);
  const all = columns.map((column) => ({ column, cells: shown.map(column.cell) }));
  const chosen = fittingColumns(all, room.width);
  const widths = chosen.map(widthOf);
  const spare = room.width - sum(widths.slice(0, -1)) - GAP * (widths.length - 1);
  const table = plainTable(
    chosen.map(({ column: { head, align } }, i) => paint('bold', pad(head, i, widths, align))),
    shown.map((_, row) =>
      chosen.map(({ column: { align }, cells }, i) => {
        const { text, style } = cells[row];
        const fitted = pad(i === chosen.length - 1 ? clipText(text, spare) : text, i, widths, align);
        return style === undefined ? fitted : paint(style, fitted);
      }),
    ),
  );
  const rest = rows.length - shown.length;
  return rest === 0 ? table : `${table}${paint('gray', `… and ${rest} more ${rowName}`)}\n`;
}

interface Filled<Row> {
  readonly column: TableColumn<Row>;
  readonly cells: readonly Cell[];
}

function fittingColumns<Row>(columns: readonly Filled<Row>[], width: number): readonly Filled<Row>[] {
  let chosen = columns;
  while (neededWidth(chosen) > width) {
    const first = Math.max(...chosen.map(({ column }) => column.leaves ?? 0));
    if (first === 0) break;
    chosen = chosen.filter(({ column }) => column.leaves !== first);
  }
  return chosen;
}

function neededWidth<Row>(columns: readonly Filled<Row>[]): number {
  const widths = columns.map(widthOf);
  const last = Math.min(widths.at(-1) ?? 0, LAST_COLUMN);
  return sum(widths.slice(0, -1)) + last + GAP * (columns.length - 1);
}

function widthOf<Row>({ column, cells }: Filled<Row>): number {
  return Math.max(textWidth(column.head), column.least ?? 0, ...cells.map(({ text }) => textWidth(text)));
}

/** The last column is not filled up: nothing stands behind it. */
function pad(text: string, column: number, widths: readonly number[], align: 'right' | undefined): string {
  const missing = ' '.repeat(Math.max(0, widths[column] - textWidth(text)));
  if (align === 'right') return missing + text;
  return column === widths.length - 1 ? text : text + missing;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
