import type { AnyFrame, CellValue, ColumnKind } from '../../../../src/frame/index.ts';
import { isObject } from '../../../../src/util/is-object.ts';
import type { StockColumn, StockCopy } from '../peer/stock-peer.ts';

/** Decimals that pandas reads of a float without an exponent; it cuts off the rest. */
const READ_TO = 1e-15;
/** Below it, floats are written with an exponent, whose digits are all read. */
const LEAST_PLAIN = 1e-6;
/**
 * Doubles that lie between a float and what pandas reads of it at most: it adds digits up and multiplies by a power of ten, and
 * rounds each time. Nine were measured, over 600,000 floats of all sizes, and a test measures it in each run.
 */
const MOST_ULPS = 10;

/**
 * Whether a cell of a stock consumer's copy is what pandas' reader can hold of a cell that we published:
 *
 * - a float is within 10 doubles of it, or, where it is between 1e-6 and 1, within 1e-15: pandas does not read JSON exactly, with
 *   whatever digits; -0 is 0; NaN and the infinities are NaN, since JSON has none.
 * - an int, an int64 and a bool is itself, exactly.
 * - a time is itself to the millisecond, and NaN where it is missing. `date` is a time to pandas, others are numbers.
 * - text is itself; where there is none, None or NaN, as pandas likes.
 *
 * Text of nothing but digits and names that mean times to pandas are left out here: what it makes of them is its own, and is
 * compared with what it makes of them when it reads them from a stock producer.
 */
function asPandasReads(sent: CellValue, kind: ColumnKind, read: unknown): boolean {
  if (kind === 'bool') return read === sent;
  if (kind === 'string') return sent === null ? isMissing(read) : read === sent;
  if (kind === 'int64') return String(numberIn(read)) === String(sent);
  if (typeof sent !== 'number') return false;
  if (!Number.isFinite(sent)) return isMissing(read);
  const number = numberIn(read);
  if (typeof number !== 'number') return false;
  return kind === 'float64' ? isReadAs(sent, number) : number === sent;
}

/** The bound on what pandas makes of a float. */
export function isReadAs(sent: number, read: number): boolean {
  const isPlain = Math.abs(sent) >= LEAST_PLAIN && Math.abs(sent) < 1;
  return (isPlain && Math.abs(sent - read) < READ_TO) || ulpsBetween(sent, read) <= MOST_ULPS;
}

/** How many doubles further one is than the other. */
export function ulpsBetween(a: number, b: number): number {
  const distance = orderOf(a) - orderOf(b);
  return Number(distance < 0n ? -distance : distance);
}

const bits = new DataView(new ArrayBuffer(8));

/** Doubles in their order as integers in theirs. */
function orderOf(value: number): bigint {
  bits.setFloat64(0, value);
  const order = bits.getBigInt64(0);
  return order >= 0n ? order : -(order & 0x7fff_ffff_ffff_ffffn);
}

/** Which types a column may have there. Floats that are all integers are integers to pandas; what is all missing is floats. */
const dtypes: Readonly<Record<ColumnKind, RegExp>> = {
  float64: /^(float64|int64)$/,
  int: /^int64$/,
  int64: /^int64$/,
  bool: /^bool$/,
  timestamp: /^(float64|int64)$/,
  string: /^(object|str|float64)$/,
};

/**
 * The first difference between a frame that we published and a stock consumer's copy, undefined where the copy is all that
 * pandas' reader can hold of it: the same columns in the same order, the same rows, and every cell as `asPandasReads` says.
 */
export function differenceFromPublished(frame: AnyFrame, copy: StockCopy): string | undefined {
  const names = copy.columns.map(({ name }) => name);
  if (JSON.stringify(names) !== JSON.stringify(frame.names)) {
    return `columns: published ${frame.names.join(', ')}; copied ${names.join(', ')}`;
  }
  if (copy.rows !== frame.length) return `rows: published ${frame.length}, copied ${copy.rows}`;
  for (const column of copy.columns) {
    const difference = columnDifference(frame, column);
    if (difference !== undefined) return `column ${JSON.stringify(column.name)}, ${difference}`;
  }
  return undefined;
}

function columnDifference(frame: AnyFrame, { name, dtype, values }: StockColumn): string | undefined {
  const column = frame.column(name);
  const expected = name === 'date' ? /^datetime64\[\w+, UTC\]$/ : dtypes[column.kind];
  if (!expected.test(dtype)) return `published as ${column.kind}, copied as ${dtype}`;
  for (const [row, read] of values.entries()) {
    const sent = column.cell(row);
    if (!asPandasReads(sent, column.kind, read)) {
      return `row ${row}: published ${String(sent)}, copied ${JSON.stringify(read)}`;
    }
  }
  return undefined;
}

/** What `python/cells.py` writes for a value that is not there. */
function isMissing(read: unknown): boolean {
  return read === null || numberIn(read) === 'NaN';
}

/** A number is alone in a column of numbers, and marked among text. */
function numberIn(read: unknown): unknown {
  return isObject(read) ? read.number : read;
}
