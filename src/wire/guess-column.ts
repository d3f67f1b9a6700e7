import { Column } from '../frame/index.ts';
import { candleColumns, isTimeframe, signalFlagColumns, signalTagColumns } from '../market/index.ts';
import { type FrameCells, isNumberOrNull, isTextOrNull } from './frame-cells.ts';
import { exactIntegers } from './large-integers.ts';
import type { Refused } from './refusal.ts';

/** A column of a stock peer, and whether its kind is no more than a default since no cell shows it. */
export interface GuessedColumn {
  readonly column: Column;
  readonly undetermined: boolean;
}

/** numpy's missing date, as its integer: what freqtrade writes since it uses pandas 3; releases before that write null. */
const MISSING_DATE = -(2 ** 63);
const MISSING_DATE_TEXT = '-9223372036854775808';
/** The last moment that a date can be, 100 million days from 1970. */
const FARTHEST_MS = 8.64e15;

const prices: ReadonlySet<string> = new Set(candleColumns.filter((name) => name !== 'date'));
const tags: ReadonlySet<string> = new Set(signalTagColumns);
const flags: ReadonlySet<string> = new Set(signalFlagColumns);

/**
 * The column that a stock producer most likely held, from the names that freqtrade gives a meaning and from how pandas writes
 * the values of each of its types. Only what freqtrade itself calls for is refused: a date or price that is no number.
 */
export function guessColumn(name: string, place: number, cells: FrameCells): GuessedColumn | Refused {
  if (tags.has(name)) return determined(textColumn(place, cells));
  const numbers = cells.numbers(place);
  if (numbers !== undefined) return guessNumbers(name, place, cells, numbers);
  if (name === 'date' || prices.has(name)) {
    const expected = name === 'date' ? 'milliseconds since 1970' : 'a number or null';
    return cells.misfit({ name, place, expected, fits: isNumberOrNull });
  }
  return determined(booleanColumn(place, cells) ?? textColumn(place, cells));
}

function guessNumbers(
  name: string,
  place: number,
  cells: FrameCells,
  { data, nulls }: { readonly data: Float64Array; readonly nulls: number },
): GuessedColumn {
  if (name === 'date' || (isDateOfTimeframe(name) && areIntegersOrMissing(data))) return determined(dates(data));
  if (prices.has(name)) return determined(Column.adoptGrowing('float64', data));
  if (nulls === data.length) {
    // A flag with nulls was a float; without any row it may have been an integer too.
    return { column: Column.adoptGrowing('float64', data), undetermined: data.length === 0 || !flags.has(name) };
  }
  return determined(nulls === 0 ? integers(place, cells, data) : Column.adoptGrowing('float64', data));
}

function determined(column: Column): GuessedColumn {
  return { column, undetermined: false };
}

/** freqtrade's name for the date of a merged informative candle: `date_1h`. */
function isDateOfTimeframe(name: string): boolean {
  return name.startsWith('date_') && isTimeframe(name.slice('date_'.length));
}

function areIntegersOrMissing(data: Float64Array): boolean {
  return data.every((value) => Number.isInteger(value) || Number.isNaN(value));
}

/** Whether there is a missing date among what may be dates, which no other integers come with. */
function areDatesWithMissing(place: number, cells: FrameCells, data: Float64Array): boolean {
  if (!data.includes(MISSING_DATE)) return false;
  return data.every((value, row) => Math.abs(value) <= FARTHEST_MS || cells.source(row, place) === MISSING_DATE_TEXT);
}

function dates(data: Float64Array): Column {
  for (const [row, value] of data.entries()) if (value === MISSING_DATE) data[row] = Number.NaN;
  return Column.adoptGrowing('timestamp', data);
}

/** Integers, where pandas wrote the first as `1` and not as `1.0`; else floats. Without nulls one cell speaks for all. */
function integers(place: number, cells: FrameCells, data: Float64Array): Column {
  const isWrittenAsInteger = Number.isInteger(data[0]) && /^-?\d+$/.test(cells.source(0, place));
  if (!isWrittenAsInteger || !data.every((value) => Number.isInteger(value)))
    return Column.adoptGrowing('float64', data);
  if (data.every((value) => Number.isSafeInteger(value))) {
    // A plain -0 is an integer's zero.
    for (let row = 0; row < data.length; row++) data[row] += 0;
    return Column.adoptGrowing('int', data);
  }
  if (areDatesWithMissing(place, cells, data)) return dates(data);
  const exact = exactIntegers(cells, place, data);
  return exact === undefined ? Column.adoptGrowing('float64', data) : Column.adopt('int64', exact);
}

/** True and false as `bool`; with nulls among them as 1, 0 and NaN, as pandas does. */
function booleanColumn(place: number, cells: FrameCells): Column | undefined {
  const values = cells.column(place);
  if (!values.every((value) => typeof value === 'boolean' || value === null)) return undefined;
  if (!values.includes(null)) return Column.adopt('bool', Uint8Array.from(values, Number));
  return Column.adopt(
    'float64',
    Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value))),
  );
}

/** Text as it is, anything else but null as its JSON. */
function textColumn(place: number, cells: FrameCells): Column {
  const values = cells.column(place);
  return Column.adopt(
    'string',
    values.map((value, row) => (isTextOrNull(value) ? value : cells.source(row, place))),
  );
}
