import { type AnyFrame, type Column, Frame } from '../frame/index.ts';
import { isObject } from '../util/is-object.ts';
import { decodeDeclaration } from './column-kinds.ts';
import { declaredColumn } from './declared-column.ts';
import { describeValue } from './describe-value.ts';
import { FrameCells } from './frame-cells.ts';
import { guessColumn } from './guess-column.ts';
import { parseJson } from './parse-object.ts';
import { type Refused, isRefused, refused } from './refusal.ts';
import { uniqueNames } from './unique-names.ts';
import { type WireLimits, defaultWireLimits } from './wire-limits.ts';

/** A frame from a peer. */
export interface DecodedFrame {
  readonly status: 'frame';
  readonly frame: AnyFrame;
  /**
   * Columns of a stock peer that held nulls only: they stand as float64 with NaN, and may have been text or dates. Who knows
   * the column from before can settle it.
   */
  readonly undetermined: readonly string[];
  /** Whether the peer declared its columns, as Candlecast peers do. */
  readonly declared: boolean;
  /** Which row of the producer's frame comes first, from its label in `index`; left out where that is no row number. */
  readonly firstRow?: number;
}

interface Table {
  readonly status: 'table';
  readonly names: readonly string[];
  readonly cells: FrameCells;
  readonly index: unknown;
}

/**
 * The frame in a message's `data`: exact where a Candlecast peer declared its columns, else with the kinds that a stock
 * producer most likely held. Of the labels in `index` only the first is looked at. Never throws.
 */
export function decodeFrame(
  data: { readonly df?: unknown; readonly candlecast?: unknown },
  limits: WireLimits = {},
): DecodedFrame | Refused {
  const table = decodeTable(data.df, { ...defaultWireLimits, ...limits });
  if (table.status === 'refused') return table;
  const decoded = data.candlecast === undefined ? guessedFrame(table) : declaredFrame(table, data.candlecast);
  const firstRow: unknown = Array.isArray(table.index) ? table.index[0] : undefined;
  if (decoded.status === 'refused' || !isRowNumber(firstRow)) return decoded;
  return { ...decoded, firstRow };
}

function isRowNumber(label: unknown): label is number {
  return typeof label === 'number' && Number.isSafeInteger(label) && label >= 0;
}

function decodeTable(df: unknown, limits: Required<WireLimits>): Table | Refused {
  const { __type__: type, __value__: text } = isObject(df) ? df : {};
  if (type !== 'dataframe' || typeof text !== 'string') {
    const expected = 'expected {"__type__":"dataframe","__value__":"…"}';
    return badFrame(`df: ${expected}, found ${describeValue(df)}${isObject(df) ? ' of another form' : ''}`);
  }
  const parsed = parseJson(text, 'frame');
  if (parsed.status === 'refused') return parsed;
  const { value } = parsed;
  if (!isObject(value) || !Array.isArray(value.columns) || !Array.isArray(value.data)) {
    return badFrame('expected an object with the lists "columns" and "data"');
  }
  const names = decodeNames(value.columns, limits.mostColumns);
  if (isRefused(names)) return names;
  const rows = decodeRows(value.data, names.length, limits.mostRows);
  if (isRefused(rows)) return rows;
  return { status: 'table', names, cells: new FrameCells(rows, names.length, text), index: value.index };
}

function decodeNames(columns: readonly unknown[], mostColumns: number): readonly string[] | Refused {
  if (columns.length > mostColumns) return tooLarge(columns.length, 'columns', 'mostColumns', mostColumns);
  const names: string[] = [];
  for (const [place, name] of columns.entries()) {
    if (typeof name === 'string') names.push(name);
    // What pandas takes for a name too, `frame[7]`: it is named by its JSON.
    else if (typeof name === 'number' || typeof name === 'boolean' || name === null) names.push(JSON.stringify(name));
    else
      return badFrame(`columns[${place}]: expected text, a number, true, false or null, found ${describeValue(name)}`);
  }
  return uniqueNames(names);
}

function decodeRows(data: readonly unknown[], width: number, mostRows: number): readonly unknown[][] | Refused {
  if (data.length > mostRows) return tooLarge(data.length, 'rows', 'mostRows', mostRows);
  const rows: unknown[][] = [];
  for (const row of data) {
    if (!Array.isArray(row) || row.length !== width) {
      const found = Array.isArray(row) ? `a list of ${row.length}` : describeValue(row);
      return badFrame(`row ${rows.length}: expected a list of ${width} cells, one a column; found ${found}`);
    }
    rows.push(row);
  }
  return rows;
}

function guessedFrame({ names, cells }: Table): DecodedFrame | Refused {
  const entries: [string, Column][] = [];
  const undetermined: string[] = [];
  for (const [place, name] of names.entries()) {
    const guess = guessColumn(name, place, cells);
    if (isRefused(guess)) return guess;
    entries.push([name, guess.column]);
    if (guess.undetermined) undetermined.push(name);
  }
  return { status: 'frame', frame: Frame.fromColumns(entries), undetermined, declared: false };
}

function declaredFrame({ names, cells }: Table, declaration: unknown): DecodedFrame | Refused {
  const declared = decodeDeclaration(declaration, names.length);
  if (declared.status === 'refused') return declared;
  const entries: [string, Column][] = [];
  for (const [place, name] of names.entries()) {
    const column = declaredColumn(declared.columns[place], name, place, cells);
    if (isRefused(column)) return column;
    entries.push([name, column]);
  }
  return { status: 'frame', frame: Frame.fromColumns(entries), undetermined: [], declared: true };
}

function badFrame(detail: string): Refused {
  return refused('WIRE_BAD_FRAME', `the frame cannot be read: ${detail}`);
}

function tooLarge(found: number, what: string, option: string, most: number): Refused {
  return refused('WIRE_TOO_LARGE', `the frame has ${found} ${what}, ${option} is ${most}`);
}
