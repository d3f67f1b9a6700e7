import { type AnyFrame, Column, type ColumnKind, Frame } from '../frame/index.ts';

/** A frame, and those of its columns that held nothing so far, so that their kind is only assumed. */
export interface Unsettled {
  readonly frame: AnyFrame;
  readonly undetermined: ReadonlySet<string>;
  /** Whether the other kinds are certain: told, and not guessed from the values. Default false. */
  readonly isDeclared?: boolean;
}

/** Both frames with the same kinds, or the first column whose kinds cannot be brought together. */
export type Settled =
  | {
      readonly status: 'settled';
      readonly left: AnyFrame;
      readonly right: AnyFrame;
      readonly undetermined: Set<string>;
    }
  | { readonly status: 'conflict'; readonly column: string };

/**
 * Brings two frames of the same columns to the same kinds, without changing what a value says: a column without values takes the
 * other's kind, integers become floats beside floats, flags and booleans too. Only integers beyond 2^53 beside floats are rounded, as
 * pandas does.
 *
 * JSON does not tell kinds: `1` may be an integer or a float, and a column of nulls anything. A number that comes alone may be one
 * among texts, and is text to the right of them, as in a whole frame, unless its kind is declared; text to the right of numbers is a
 * conflict, since only the whole frame shows how those are written.
 */
export function settleKinds(left: Unsettled, right: Unsettled): Settled {
  if (left.undetermined.size === 0 && right.undetermined.size === 0 && left.frame.hasColumnsOf(right.frame)) {
    return { status: 'settled', left: left.frame, right: right.frame, undetermined: new Set() };
  }
  const undetermined = new Set<string>();
  const columns: { name: string; left: Column; right: Column }[] = [];
  for (const name of left.frame.names) {
    const [mine, theirs] = [left.frame.column(name), right.frame.column(name)];
    const [mineOpen, theirsOpen] = [left.undetermined.has(name), right.undetermined.has(name)];
    if (mineOpen && theirsOpen) undetermined.add(name);
    const kind = commonKind(mineOpen ? undefined : mine.kind, theirsOpen ? undefined : theirs.kind, mine.kind);
    const canBe = kind !== 'string' || theirsOpen || canBeText(theirs, right.isDeclared === true);
    if (kind === undefined || !canBe) return { status: 'conflict', column: name };
    columns.push({ name, left: toKind(mine, kind, mineOpen), right: toKind(theirs, kind, theirsOpen) });
  }
  return {
    status: 'settled',
    left: Frame.fromColumns(columns.map((column) => [column.name, column.left])),
    right: Frame.fromColumns(columns.map((column) => [column.name, column.right])),
    undetermined,
  };
}

const numeric: ReadonlySet<ColumnKind> = new Set(['float64', 'int', 'bool', 'timestamp']);
/** Kinds that one cell of a column of mixed values may have for itself. */
const amongTexts: ReadonlySet<ColumnKind> = new Set(['float64', 'int', 'int64', 'bool']);

/** The kind that holds values of both, undefined where there is none. `neither` is for two columns without values. */
function commonKind(a: ColumnKind | undefined, b: ColumnKind | undefined, neither: ColumnKind): ColumnKind | undefined {
  if (a === undefined || b === undefined) return missingKind(a ?? b ?? neither);
  if (a === b || (a === 'string' && amongTexts.has(b))) return a;
  const both = new Set([a, b]);
  if (both.has('int') && both.has('int64')) return 'int64';
  if (both.has('int') && both.has('timestamp')) return 'timestamp';
  if (both.has('int64') && (both.has('float64') || both.has('bool'))) return 'float64';
  return numeric.has(a) && numeric.has(b) && !both.has('timestamp') ? 'float64' : undefined;
}

/** Integers and booleans cannot be missing: beside missing values they are floats, as in pandas. */
function missingKind(kind: ColumnKind): ColumnKind {
  return kind === 'string' || kind === 'timestamp' ? kind : 'float64';
}

/** Whether a column is text, or may be one that came without texts this time. */
function canBeText(column: Column, isDeclared: boolean): boolean {
  return column.kind === 'string' || (!isDeclared && hasKnownText(column));
}

/** Whether it is known how a stock producer writes a column's cells: for numbers beyond these it takes exponents. */
function hasKnownText(column: Column): boolean {
  if (column.kind !== 'float64') return true;
  const { length } = column;
  return Array.from({ length }, (_, row) => Math.abs(Number(column.cell(row)))).every(
    (size) => Number.isNaN(size) || size === 0 || (size >= 1e-6 && size < 1e15),
  );
}

/** A cell as a stock producer writes it: floats with a decimal at least. */
function jsonText(column: Column, row: number): string | null {
  const cell = column.cell(row);
  if (Number.isNaN(cell)) return null;
  return column.kind === 'float64' && Number.isInteger(cell) ? `${cell}.0` : String(cell);
}

function toKind(column: Column, kind: ColumnKind, hasNoValues: boolean): Column {
  if (column.kind === kind) return column;
  const { length } = column;
  if (kind === 'string')
    return Column.adopt(
      kind,
      Array.from({ length }, (_, row) => (hasNoValues ? null : jsonText(column, row))),
    );
  const number = (row: number) => (hasNoValues ? Number.NaN : Number(column.cell(row)));
  if (kind === 'int64')
    return Column.adopt(
      kind,
      BigInt64Array.from({ length }, (_, row) => BigInt(number(row))),
    );
  return Column.adopt(
    kind,
    Float64Array.from({ length }, (_, row) => number(row)),
  );
}
