import type { AnyFrame, Column, ColumnKind, Numbers } from '../frame/index.ts';
import { isObject } from '../util/is-object.ts';
import { describeValue } from './describe-value.ts';
import { type Refused, refused } from './refusal.ts';

/** Values that the frame's text does not show: infinities, which are null there, and the negative zero, which is 0. */
export type SpecialValue = keyof typeof specialNumbers;

const specialNumbers = { inf: Infinity, '-inf': -Infinity, '-0': -0 } as const;

/** Row, column, value. */
export type Special = readonly [number, number, SpecialValue];

/**
 * What a Candlecast peer adds to a frame under the key `candlecast`, so that its copy is exact. Stock peers ignore it.
 *
 * - `kinds`: one letter a column: `t` timestamp, `f` float64, `i` int, `l` int64, `b` bool, `s` string.
 * - `special`: the cells that hold such a value, where there are any; every other null in a column of floats is NaN.
 */
export interface ColumnDeclaration {
  readonly kinds: string;
  readonly special?: readonly Special[];
}

export type KindLetter = 't' | 'f' | 'i' | 'l' | 'b' | 's';

/** The letter of each kind, as messages have it. */
export const kindLetters: Readonly<Record<ColumnKind, KindLetter>> = {
  timestamp: 't',
  float64: 'f',
  int: 'i',
  int64: 'l',
  bool: 'b',
  string: 's',
};

/** Whether a column is of a kind, which tells what its values are. */
export function isKind<K extends ColumnKind>(column: Column, kind: K): column is Column<K> {
  return column.kind === kind;
}

/** What to declare about a frame. */
export function declareColumns(frame: AnyFrame): ColumnDeclaration {
  const columns = frame.names.map((name) => frame.column(name));
  const kinds = columns.map(({ kind }) => kindLetters[kind]).join('');
  const special = columns.flatMap((column, place) =>
    isKind(column, 'float64') || isKind(column, 'timestamp') ? specialsOf(column.values, place) : [],
  );
  return special.length === 0 ? { kinds } : { kinds, special };
}

function specialsOf(values: Numbers, place: number): Special[] {
  const found: Special[] = [];
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === Infinity) found.push([row, place, 'inf']);
    else if (value === -Infinity) found.push([row, place, '-inf']);
    else if (Object.is(value, -0)) found.push([row, place, '-0']);
  }
  return found;
}

/** What a peer declared about one column: its kind, and which rows hold a special value. */
export interface DeclaredColumn {
  readonly kind: KindLetter;
  readonly specials: { readonly row: number; readonly value: number }[];
}

/** A peer's declaration, checked as far as that goes without the frame's cells. `width` is the frame's number of columns. */
export function decodeDeclaration(
  value: unknown,
  width: number,
): { readonly status: 'declared'; readonly columns: readonly DeclaredColumn[] } | Refused {
  if (!isObject(value)) return badKinds(`expected an object, found ${describeValue(value)}`);
  const { kinds, special = [] } = value;
  const columns = typeof kinds === 'string' ? Array.from(kinds, declaredOf) : [undefined];
  if (!columns.every((column) => column !== undefined)) {
    return badKinds(`kinds: expected letters of t, f, i, l, b, s; found ${describeValue(kinds)}`);
  }
  if (columns.length !== width) return badKinds(`kinds: ${columns.length} letters for ${width} columns`);
  if (!Array.isArray(special)) return badKinds(`special: expected a list, found ${describeValue(special)}`);
  for (const [i, entry] of (special as readonly unknown[]).entries()) {
    if (!distribute(entry, columns)) {
      const expected = 'expected row, column of kind f or t, and "inf", "-inf" or "-0"';
      return badKinds(`special[${i}]: ${expected}, found ${describeValue(entry)} of another form`);
    }
  }
  return { status: 'declared', columns };
}

function declaredOf(letter: string): DeclaredColumn | undefined {
  return isKindLetter(letter) ? { kind: letter, specials: [] } : undefined;
}

function isKindLetter(letter: string): letter is KindLetter {
  return letter.length === 1 && 'tfilbs'.includes(letter);
}

function distribute(entry: unknown, columns: readonly DeclaredColumn[]): boolean {
  if (!Array.isArray(entry) || entry.length !== 3) return false;
  const [row, place, name]: unknown[] = entry;
  if (typeof row !== 'number' || typeof place !== 'number' || !isSpecial(name)) return false;
  const column: DeclaredColumn | undefined = columns[place];
  if (column === undefined || (column.kind !== 'f' && column.kind !== 't')) return false;
  column.specials.push({ row, value: specialNumbers[name] });
  return true;
}

function isSpecial(name: unknown): name is SpecialValue {
  return name === 'inf' || name === '-inf' || name === '-0';
}

export function badKinds(detail: string): Refused {
  return refused('WIRE_BAD_KINDS', `candlecast: ${detail}`);
}
