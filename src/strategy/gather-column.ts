/* oxlint-disable typescript/no-unsafe-type-assertion -- a column's kind says which values it holds, which the type checker cannot follow */
import { type BigInts, Column, type Numbers, type Strings } from '../frame/index.ts';
import { NO_ROW } from './match-rows.ts';

/** Rows that come one behind the other in both frames. */
interface Run {
  readonly at: number;
  readonly from: number;
  readonly length: number;
}

/** How the rows of one frame are taken from another; the same for all of its columns. */
export interface GatherPlan {
  readonly rows: Int32Array;
  /** Set when there are so few runs that copying them beats a loop over rows. */
  readonly runs: readonly Run[] | undefined;
}

/** A run this long on average is worth a copy of its own. */
const WORTHWHILE_RUN = 16;

/** The plan for `rows`, each the place of a row to take, or NO_ROW. */
export function planGather(rows: Int32Array): GatherPlan {
  const most = Math.ceil(rows.length / WORTHWHILE_RUN);
  const runs: Run[] = [];
  for (let at = 0; at < rows.length;) {
    const from = rows[at];
    let length = 1;
    if (from !== NO_ROW) while (rows[at + length] === from + length) length++;
    else while (rows[at + length] === NO_ROW) length++;
    runs.push({ at, from, length });
    if (runs.length > most) return { rows, runs: undefined };
    at += length;
  }
  return { rows, runs };
}

/**
 * The planned rows of a column: integers and booleans as float64, since a row may be missing and those kinds can't say so. NaN or
 * null where there is no row. Shares memory where the rows are one run; else the rows are taken when the column is first read,
 * for a strategy reads few of the columns that a producer has.
 */
export function gatherColumn(column: Column, plan: GatherPlan): Column {
  const { kind } = column;
  const { length } = plan.rows;
  if (kind === 'string') return Column.later(kind, length, () => gatherStrings(column.values as Strings, plan));
  const target = kind === 'timestamp' ? kind : 'float64';
  const shared = sharedRun(plan);
  if (shared && kind !== 'bool' && kind !== 'int64') {
    const doubles = kind === 'timestamp' ? column : (column as Column<'int' | 'float64'>).asFloat64();
    return doubles.slice(shared.from, shared.from + shared.length);
  }
  return Column.later(target, length, () => gatherDoubles(column.values as Numbers | BigInts, plan));
}

function gatherDoubles(values: Numbers | BigInts, { rows, runs }: GatherPlan): Float64Array {
  const target = new Float64Array(rows.length);
  if (!(values instanceof Float64Array)) convertRows(target, values, rows);
  else if (runs) copyRuns(target, values, runs);
  else copyRows(target, values, rows);
  return target;
}

function gatherStrings(values: Strings, { rows }: GatherPlan): (string | null)[] {
  const target: (string | null)[] = [];
  for (let i = 0; i < rows.length; i++) target.push(rows[i] === NO_ROW ? null : values[rows[i]]);
  return target;
}

/** The only run, where all rows are one that exists. */
function sharedRun({ runs }: GatherPlan): Run | undefined {
  return runs?.length === 1 && runs[0].from !== NO_ROW ? runs[0] : undefined;
}

function copyRuns(target: Float64Array, values: Float64Array, runs: readonly Run[]): void {
  for (const { at, from, length } of runs) {
    if (from === NO_ROW) target.fill(Number.NaN, at, at + length);
    else if (length < WORTHWHILE_RUN) for (let i = 0; i < length; i++) target[at + i] = values[from + i];
    else target.set(values.subarray(from, from + length), at);
  }
}

/** Apart from `convertRows`, so that the engine sees one kind of array here. */
function copyRows(target: Float64Array, values: Float64Array, rows: Int32Array): void {
  for (let i = 0; i < target.length; i++) target[i] = rows[i] === NO_ROW ? Number.NaN : values[rows[i]];
}

function convertRows(target: Float64Array, values: Numbers | BigInts, rows: Int32Array): void {
  for (let i = 0; i < target.length; i++) target[i] = rows[i] === NO_ROW ? Number.NaN : Number(values[rows[i]]);
}
