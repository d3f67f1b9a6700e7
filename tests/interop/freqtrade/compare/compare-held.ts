import type { AnyFrame, CellValue, ColumnKind } from '../../../../src/frame/index.ts';
import { isTimeframe, signalTagColumns } from '../../../../src/market/index.ts';
import { isObject } from '../../../../src/util/is-object.ts';
import type { StockColumn } from '../peer/stock-peer.ts';
import { writtenFloat } from './written-float.ts';

/** What freqtrade's JSON says of a cell: numbers as they are written, since text may have to show them so. */
type Sent = null | boolean | string | { readonly number: string };

const prices: ReadonlySet<string> = new Set(['open', 'high', 'low', 'close', 'volume']);
const tags: ReadonlySet<string> = new Set(signalTagColumns);
const NOTHING: Sent = null;

export interface HeldComparison {
  /** The names of our columns; those of the held ones unless told. */
  readonly names?: readonly string[];
  /** What our copy was before: its rows from before the held ones must still be there, and no others. None unless told. */
  readonly former?: AnyFrame;
  /** How the release writes missing dates: as numbers, which show that the others are dates, or as null. Default true. */
  readonly missingDatesAreNumbers?: boolean;
}

/**
 * The first difference between the frame that a stock producer holds and our copy of it, undefined where there is none. It is
 * as tight as the wire lets it be:
 *
 * - the same columns in the same order; `names` are those that freqtrade's own reader gives them.
 * - the same rows, and before them those of a former copy that are older (`former`), as they were.
 * - the kind that the pandas type calls for (`kindOf`), the same for every row.
 * - every float is the double nearest to what pandas writes for it (`writtenFloat`), no tolerance; NaN, the infinities and
 *   what is missing are NaN. Integers to 64 bits, times to the millisecond, booleans and text are themselves. Numbers in a
 *   column with text are the text of their JSON.
 */
export function differenceFromHeld(
  held: readonly StockColumn[],
  copy: AnyFrame,
  options: HeldComparison = {},
): string | undefined {
  const { names = held.map(({ name }) => name), former, missingDatesAreNumbers = true } = options;
  const shown = (list: readonly string[]) => JSON.stringify(list);
  if (shown(names) !== shown(copy.names)) return `columns: held ${shown(names)}, copied ${shown(copy.names)}`;
  const rows = held[0]?.values.length ?? 0;
  const kept = former === undefined ? undefined : former.head(rowsBefore(former, held));
  const expected = rows + (kept?.length ?? 0);
  if (copy.length !== expected) return `rows: held ${rows}, kept ${expected - rows}, copied ${copy.length}`;
  const lost = kept && differenceFromKept(kept, copy);
  if (lost !== undefined) return lost;
  for (const [place, column] of held.entries()) {
    const found = columnDifference(column, names[place], copy.tail(rows), missingDatesAreNumbers);
    if (found !== undefined) return `column ${JSON.stringify(names[place])} (${column.dtype}), ${found}`;
  }
  return undefined;
}

/** How many rows of a former copy are older than all that is held. */
function rowsBefore(former: AnyFrame, held: readonly StockColumn[]): number {
  const first = held.find(({ name }) => name === 'date')?.values[0];
  if (typeof first !== 'number') throw new Error(`no date in the first row: ${JSON.stringify(first)}`);
  return Array.from(former.numbers('date')).filter((date) => date < first).length;
}

/** The first difference between rows of a former copy and those that a copy begins with. */
function differenceFromKept(kept: AnyFrame, copy: AnyFrame): string | undefined {
  for (const name of kept.names) {
    const [was, is] = [kept.column(name), copy.column(name)];
    for (let row = 0; row < kept.length; row++) {
      if (Object.is(was.cell(row), is.cell(row))) continue;
      const cells = `kept ${String(was.cell(row))}, copied ${String(is.cell(row))}`;
      return `column ${JSON.stringify(name)}, row ${row} of before: ${cells}`;
    }
  }
  return undefined;
}

function columnDifference(
  held: StockColumn,
  name: string,
  copy: AnyFrame,
  missingDatesAreNumbers: boolean,
): string | undefined {
  const sent = held.values.map((value) => sentOf(value, held.dtype));
  const mine = copy.column(name);
  const showsDates = missingDatesAreNumbers && held.dtype.startsWith('datetime') && sent.includes(NOTHING);
  const kind = showsDates ? 'timestamp' : kindOf(held, name, sent);
  if (mine.kind !== kind) return `kind: expected ${kind}, copied ${mine.kind}`;
  for (const [row, value] of sent.entries()) {
    const expected = cellOf(value, kind);
    const found = mine.cell(row);
    if (!Object.is(expected, found)) {
      const was = JSON.stringify(held.values[row]);
      return `row ${row}: held ${was}, so expected ${String(expected)}, copied ${String(found)}`;
    }
  }
  return undefined;
}

/** A cell of `python/cells.py` as freqtrade sends it. */
function sentOf(value: unknown, dtype: string): Sent {
  if (value === null || typeof value === 'boolean') return value;
  if (dtype.startsWith('float')) return floatSent(value);
  const isWhole = /^(u?int|datetime)/.test(dtype);
  if (typeof value === 'number') return { number: String(value) };
  if (typeof value === 'string') return isWhole ? { number: value } : value;
  if (!isObject(value) || !('number' in value))
    throw new Error(`a cell that is not compared: ${JSON.stringify(value)}`);
  return value.integer === true ? { number: String(value.number) } : floatSent(value.number);
}

/** NaN and the infinities come as text from Python. */
function floatSent(value: unknown): Sent {
  return typeof value === 'number' ? { number: writtenFloat(value) } : NOTHING;
}

/**
 * The kind of a whole column. Dates that freqtrade does not name are the milliseconds that they are sent as, but where a missing
 * one is written as a number; integers and booleans with gaps are floats, as in pandas; a column of nothing is floats too, but
 * where its name tells.
 */
function kindOf({ dtype }: StockColumn, name: string, sent: readonly Sent[]): ColumnKind {
  if (tags.has(name)) return 'string';
  if (name === 'date' || (name.startsWith('date_') && isTimeframe(name.slice('date_'.length)))) return 'timestamp';
  if (sent.some((value) => typeof value === 'string')) return 'string';
  const isWhole = !dtype.startsWith('float') && sent.every((value) => isObject(value) && /^-?\d+$/.test(value.number));
  if (prices.has(name) || sent.length === 0) return 'float64';
  if (sent.every((value) => typeof value === 'boolean')) return 'bool';
  if (!isWhole) return 'float64';
  const integers = sent.map((value) => BigInt(isObject(value) ? value.number : 0));
  if (integers.every((value) => Number.isSafeInteger(Number(value)))) return 'int';
  return integers.every((value) => BigInt.asIntN(64, value) === value) ? 'int64' : 'float64';
}

function cellOf(value: Sent, kind: ColumnKind): CellValue {
  if (kind === 'string') return isObject(value) ? value.number : value === null ? null : String(value);
  if (value === null) return Number.NaN;
  if (typeof value === 'boolean') return kind === 'bool' ? value : Number(value);
  if (typeof value === 'string') throw new Error(`text among ${kind}: ${value}`);
  return kind === 'int64' ? BigInt(value.number) : Number(value.number);
}
