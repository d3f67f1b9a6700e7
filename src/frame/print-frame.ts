import type { CellValue } from './column.ts';
import type { AnyFrame } from './frame.ts';

/** How a frame is printed. */
export interface PrintOptions {
  /** Rows shown at each end. */
  readonly edgeRows?: number;
  /** Columns shown, half of them from each end; the rest is counted. */
  readonly mostColumns?: number;
}

/** Names and text longer than this are cut, with an ellipsis as the last character. */
const MOST_CHARACTERS = 24;

/** Stands for the rows or columns between those shown. */
const GAP = '…';

/**
 * A table of the first and last rows, with each column's kind, for people: numbers to 8 significant digits with their decimal
 * points below one another, times in UTC, missing values as a dot, long text cut.
 */
export function printFrame(frame: AnyFrame, options: PrintOptions = {}): string {
  const { edgeRows = 5, mostColumns = 12 } = options;
  const shown = bothEnds(frame.names.length, mostColumns >> 1, mostColumns);
  const title = titleOf(frame, shown.filter((place) => place !== GAP).length);
  if (frame.names.length === 0) return title;
  const rows = bothEnds(frame.length, edgeRows, 2 * edgeRows + 1);
  const columns = shown.map((place) =>
    place === GAP ? gapColumn(rows) : printColumn(frame, frame.names[place], rows),
  );
  return [...table([['', '', ...rows.map(String)], ...columns]), title].join('\n');
}

function titleOf(frame: AnyFrame, columnsShown: number): string {
  const hidden = frame.names.length - columnsShown;
  const size = `${counted(frame.length, 'row')} x ${counted(frame.names.length, 'column')}`;
  return hidden > 0 ? `${size}, ${counted(hidden, 'column')} not shown` : size;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The places from 0 to `length`, or those of the two ends with a gap between where they are more than `most`. */
function bothEnds(length: number, edge: number, most: number): (number | typeof GAP)[] {
  if (length <= most) return Array.from({ length }, (_, place) => place);
  const head = Array.from({ length: edge }, (_, place) => place);
  return [...head, GAP, ...head.map((place) => length - edge + place)];
}

function gapColumn(rows: readonly unknown[]): string[] {
  return [GAP, '', ...rows.map(() => GAP)];
}

/** Name, kind and cells. */
function printColumn(frame: AnyFrame, name: string, rows: readonly (number | typeof GAP)[]): string[] {
  const kind = frame.kind(name) ?? '';
  const cells = rows.map((row) => (row === GAP ? GAP : printCell(frame.at(row, name), kind === 'timestamp')));
  return [printText(name), kind, ...(kind === 'float64' ? alignPoints(cells) : cells)];
}

function printCell(value: CellValue | undefined, isTime: boolean): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '·';
  if (typeof value === 'string') return printText(value);
  if (typeof value !== 'number') return String(value);
  if (isTime) return printTime(value);
  if (Object.is(value, -0)) return '-0';
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(8)));
}

/** In one line, without characters that would move the cursor, and not too long. */
function printText(text: string): string {
  // A character takes one or two code units, so this many show whether there are too many.
  const characters = Array.from(text.slice(0, 2 * MOST_CHARACTERS + 2), escapeControl);
  const isLong = characters.length > MOST_CHARACTERS;
  return isLong ? `${characters.slice(0, MOST_CHARACTERS - 1).join('')}${GAP}` : characters.join('');
}

function escapeControl(character: string): string {
  if (!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(character)) return character;
  const escaped = JSON.stringify(character).slice(1, -1);
  return escaped === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : escaped;
}

function printTime(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return String(ms);
  return date
    .toISOString()
    .replace('T', ' ')
    .replace(/(:00)?\.000Z$/, '')
    .replace(/Z$/, '');
}

/** Fills up behind the decimals, so that cells that end on one line have their points in one column. */
function alignPoints(cells: readonly string[]): string[] {
  const decimals = cells.map((cell) => (/^-?\d/.test(cell) ? cell.length - cell.split(/[.e]/)[0].length : 0));
  const most = Math.max(...decimals);
  return cells.map((cell, i) => (/^-?\d/.test(cell) ? cell + ' '.repeat(most - decimals[i]) : cell));
}

/** Columns as lines, each cell ending at its column's right edge. */
function table(columns: readonly (readonly string[])[]): string[] {
  const padded = columns.map((cells) => {
    const width = Math.max(...cells.map((cell) => cell.length));
    return cells.map((cell) => cell.padStart(width));
  });
  return padded[0].map((_, line) =>
    padded
      .map((cells) => cells[line])
      .join('  ')
      .trimEnd(),
  );
}
