import { Column } from '../frame/index.ts';
import { type DeclaredColumn, badKinds } from './column-kinds.ts';
import { quote } from './describe-value.ts';
import { type FrameCells, type Misfit, isTextOrNull } from './frame-cells.ts';
import { exactInteger, exactIntegers } from './large-integers.ts';
import { type Refused, isRefused } from './refusal.ts';

/**
 * A column of the kind that a Candlecast peer declared. A cell that does not fit the kind refuses the frame, and so does a
 * special value declared for a cell that shows something else.
 */
export function declaredColumn(
  declared: DeclaredColumn,
  name: string,
  place: number,
  cells: FrameCells,
): Column | Refused {
  const column = columnOf(declared, name, place, cells);
  return column ?? cells.misfit({ name, place, code: 'WIRE_BAD_KINDS', ...ruleOf(declared, place, cells) });
}

/** Undefined where a cell does not fit. */
function columnOf(
  { kind, specials }: DeclaredColumn,
  name: string,
  place: number,
  cells: FrameCells,
): Column | Refused | undefined {
  if (kind === 's') return texts(place, cells);
  if (kind === 'b') return booleans(place, cells);
  const data = cells.numbers(place)?.data;
  if (data === undefined) return undefined;
  if (kind === 'i') return integers(data);
  if (kind === 'l') return largeIntegers(data, place, cells);
  const floats = withSpecials(data, specials, name);
  if (floats === undefined || isRefused(floats)) return floats;
  return Column.adoptGrowing(kind === 'f' ? 'float64' : 'timestamp', floats);
}

function withSpecials(
  data: Float64Array,
  specials: DeclaredColumn['specials'],
  name: string,
): Float64Array | Refused | undefined {
  // A number past the range of doubles parses as an infinity; a declaring peer writes null.
  if (data.includes(Infinity) || data.includes(-Infinity)) return undefined;
  for (const { row, value } of specials) {
    const shown = value === 0 ? 0 : Number.NaN;
    if (!Object.is(data[row], shown))
      return badKinds(`special: column ${quote(name)}, row ${row} does not show ${value}`);
    data[row] = value;
  }
  return data;
}

function integers(data: Float64Array): Column | undefined {
  for (let row = 0; row < data.length; row++) {
    if (!Number.isSafeInteger(data[row])) return undefined;
    data[row] += 0; // A plain -0 is an integer's zero.
  }
  return Column.adoptGrowing('int', data);
}

function largeIntegers(data: Float64Array, place: number, cells: FrameCells): Column | undefined {
  const exact = exactIntegers(cells, place, data);
  return exact === undefined ? undefined : Column.adopt('int64', exact);
}

function booleans(place: number, cells: FrameCells): Column | undefined {
  const values = cells.column(place);
  return values.every(isBoolean) ? Column.adopt('bool', Uint8Array.from(values, Number)) : undefined;
}

function texts(place: number, cells: FrameCells): Column | undefined {
  const values = cells.column(place);
  return values.every(isTextOrNull) ? Column.adopt('string', values) : undefined;
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

/** What a kind takes, to find and name the first cell that broke it. */
function ruleOf({ kind }: DeclaredColumn, place: number, cells: FrameCells): Pick<Misfit, 'expected' | 'fits'> {
  const as = 'as the peer declared';
  if (kind === 's') return { expected: `text or null, ${as}`, fits: isTextOrNull };
  if (kind === 'b') return { expected: `true or false, ${as}`, fits: isBoolean };
  if (kind === 'i') {
    return { expected: `an integer within ±(2^53 - 1), ${as}`, fits: (value) => Number.isSafeInteger(value) };
  }
  if (kind === 'l') {
    const fits = (value: unknown, row: number) =>
      typeof value === 'number' && exactInteger(cells, place, row, value) !== undefined;
    return { expected: `an integer of 64 bits, ${as}`, fits };
  }
  return { expected: `a number or null, ${as}`, fits: (value) => value === null || Number.isFinite(value) };
}
