import type { Numbers } from '../../frame/index.ts';
import { IndicatorError } from '../indicator-error.ts';
import { rowsOf, toFloat64, wrongLength } from '../series.ts';
import type { IndicatorInfo } from './define-indicator.ts';
import type { Parameter } from './settings.ts';

/** Where one series crosses another, or a level. NaN compares false, so no crossing touches a NaN row; row 0 is never one. */
export interface Crossing extends IndicatorInfo {
  /**
   * Every row as 0 or 1, in a new array.
   *
   * @throws IndicatorError for series of different lengths and for input that is not numbers.
   */
  (a: Numbers, b: Numbers | number): Uint8Array;
  /**
   * Row `row` only, without allocating.
   *
   * @throws IndicatorError INDICATOR_NO_SUCH_ROW for a row outside of either series.
   */
  (a: Numbers, b: Numbers | number, row: number): boolean;
  /** A stream at its first row. */
  stream(): CrossingStream;
  /** The one row that has none before it. */
  lookback(): number;
}

/** A crossing that takes one pair of values after another. */
export interface CrossingStream {
  /** Takes the next row. */
  update(a: number, b: number): boolean;
  /** Whether these values would cross; the stream stays as it is. */
  peek(a: number, b: number): boolean;
  /** A stream in the same state that lives on its own. */
  copy(): CrossingStream;
}

/** All that makes a crossing. */
interface CrossingDefinition {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly direction: 'above' | 'below';
}

const NO_PARAMETERS: Readonly<Record<string, Parameter>> = {};

/** Makes a crossing from its definition. */
export function defineCrossing({ name, title, source, direction }: CrossingDefinition): Crossing {
  const isAbove = direction === 'above';

  function crossing(a: Numbers, b: Numbers | number): Uint8Array;
  function crossing(a: Numbers, b: Numbers | number, row: number): boolean;
  function crossing(a: Numbers, b: Numbers | number, row?: number): Uint8Array | boolean {
    if (row === undefined) return everyRow(name, isAbove, a, b);
    // The common case first: a signal asks for one row after the other of a column, and a level.
    if (typeof b === 'number' && a instanceof Float64Array && row > 0 && row < a.length && Number.isInteger(row)) {
      return crosses(isAbove, a[row - 1], b, a[row], b);
    }
    return oneRow(name, isAbove, a, b, row);
  }
  const info = {
    title,
    source,
    inputs: ['a', 'b'],
    outputs: ['value'],
    kind: 'bool' as const,
    parameters: NO_PARAMETERS,
  };
  const stream = () => new PairStream(isAbove);
  // A function's name can be defined, not assigned.
  Object.defineProperty(crossing, 'name', { value: name });
  return Object.freeze(Object.assign(crossing, info, { stream, lookback: () => 1 }));
}

/** Whether the second of two rows is a crossing: its order is strict, and that of the row before it is not the same. */
function crosses(isAbove: boolean, previousA: number, previousB: number, a: number, b: number): boolean {
  return isAbove ? a > b && previousA <= previousB : a < b && previousA >= previousB;
}

function everyRow(name: string, isAbove: boolean, a: Numbers, b: Numbers | number): Uint8Array {
  const first = toFloat64(name, 'series a', a);
  const out = new Uint8Array(first.length);
  if (typeof b === 'number') {
    for (let i = 1; i < out.length; i++) out[i] = Number(crosses(isAbove, first[i - 1], b, first[i], b));
    return out;
  }
  const second = toFloat64(name, 'series b', b);
  if (first.length !== second.length) throw wrongLength(name, ['a', 'b'], [first.length, second.length]);
  for (let i = 1; i < out.length; i++)
    out[i] = Number(crosses(isAbove, first[i - 1], second[i - 1], first[i], second[i]));
  return out;
}

function oneRow(name: string, isAbove: boolean, a: Numbers, b: Numbers | number, row: number): boolean {
  checkRow(name, 'series a', a, row);
  if (typeof b === 'number') return row > 0 && crosses(isAbove, a[row - 1], b, a[row], b);
  checkRow(name, 'series b', b, row);
  return row > 0 && crosses(isAbove, a[row - 1], b[row - 1], a[row], b[row]);
}

function checkRow(name: string, input: string, series: Numbers, row: number): void {
  const rows = rowsOf(name, input, series);
  if (Number.isInteger(row) && row >= 0 && row < rows) return;
  const there = rows === 0 ? 'no rows' : `rows 0 to ${rows - 1}`;
  throw new IndicatorError('INDICATOR_NO_SUCH_ROW', `${name}: ${input} has ${there}, found row ${row}`, { value: row });
}

/** NaN before the first row, so that one can't cross. */
class PairStream implements CrossingStream {
  private readonly isAbove: boolean;
  private a = Number.NaN;
  private b = Number.NaN;

  constructor(isAbove: boolean) {
    this.isAbove = isAbove;
  }

  update(a: number, b: number): boolean {
    const crossed = this.peek(a, b);
    this.a = a;
    this.b = b;
    return crossed;
  }

  peek(a: number, b: number): boolean {
    return crosses(this.isAbove, this.a, this.b, a, b);
  }

  copy(): PairStream {
    const copy = new PairStream(this.isAbove);
    copy.a = this.a;
    copy.b = this.b;
    return copy;
  }
}
