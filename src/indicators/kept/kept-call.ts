import { isObject } from '../../util/is-object.ts';
import type { ColumnCore, Computation } from '../define/compute-columns.ts';
import { firstComplete } from '../define/input-shape.ts';
import { KeptInput } from './kept-input.ts';
import { KeptSeries } from './kept-series.ts';

/**
 * One call of an indicator, which goes on where it stopped: from the state behind its last row when rows were added, from the one
 * before it when the last row changed, and from the start in any other case.
 */
export class KeptCall<Values = unknown> {
  readonly computation: Computation<Values>;
  readonly #values: Values;
  readonly #inputs: readonly KeptInput[];
  readonly #outputs: readonly KeptSeries[];
  /** Has taken all rows but the last. */
  #behind: ColumnCore;
  /** Has taken all rows. */
  #ahead: ColumnCore;
  #rows = 0;
  /** The first row that is complete in all inputs. */
  #first = 0;
  /** The outputs' memory, and views of their rows; the lists are used again and again. */
  readonly #memories: Float64Array[] = [];
  readonly #views: Float64Array[] = [];

  constructor(computation: Computation<Values>, values: Values, inputs: readonly Float64Array[]) {
    const { kind, outputs } = computation;
    const rows = inputs[0].length;
    this.computation = computation;
    this.#values = values;
    this.#inputs = inputs.map((input) => new KeptInput(input));
    this.#outputs = Array.from({ length: outputs }, () => new KeptSeries(kind, rows));
    this.#behind = computation.start(values);
    this.#ahead = computation.start(values);
    this.#computeAll(inputs);
  }

  /** Whether this is a call of the same indicator with the same parameters. */
  isOf(computation: unknown, values: unknown): boolean {
    return this.computation === computation && sameValues(this.#values, values);
  }

  /** The outputs as they are. */
  get views(): readonly Float64Array[] {
    return this.#views;
  }

  /** The row in which the first complete value is due; undefined where no row of the input was complete. */
  get dueRow(): number | undefined {
    return this.#first === this.#rows ? undefined : this.#first + this.computation.lookback(this.#values);
  }

  /** Whether nobody wrote to what was handed out. */
  get isIntact(): boolean {
    for (const output of this.#outputs) if (!output.isIntact) return false;
    return true;
  }

  /** The outputs for these inputs. */
  compute(inputs: readonly Float64Array[]): readonly Float64Array[] {
    const common = this.#commonRows(inputs);
    const rows = inputs[0].length;
    for (let i = 0; i < inputs.length; i++) this.#inputs[i].become(inputs[i], Math.max(0, common));
    // Without a row that counted there is no state to go on from.
    if (common <= this.#first || this.#rows === 0) this.#restart(inputs);
    else if (common < this.#rows) this.#replaceLast(inputs, rows);
    else if (rows > this.#rows) this.#append(inputs, rows);
    return this.#views;
  }

  #commonRows(inputs: readonly Float64Array[]): number {
    let common = this.#rows;
    for (let i = 0; i < inputs.length; i++) common = Math.min(common, this.#inputs[i].commonRows(inputs[i]));
    return common;
  }

  #restart(inputs: readonly Float64Array[]): void {
    this.#behind = this.computation.start(this.#values);
    this.#ahead = this.computation.start(this.#values);
    this.#computeAll(inputs);
  }

  #computeAll(inputs: readonly Float64Array[]): void {
    const rows = inputs[0].length;
    const first = firstComplete(inputs);
    const last = Math.max(first, rows - 1);
    const memories = this.#room(0, rows);
    const blank = this.computation.kind === 'int' ? 0 : Number.NaN;
    for (const memory of memories) memory.fill(blank, 0, first);
    this.#behind.run(inputs, memories, first, last);
    this.#ahead.assign(this.#behind);
    this.#ahead.run(inputs, memories, last, rows);
    this.#rows = rows;
    this.#first = first;
    this.#show(0);
  }

  #append(inputs: readonly Float64Array[], rows: number): void {
    const from = this.#rows;
    const memories = this.#room(from, rows);
    const [behind, ahead] = [this.#behind, this.#ahead];
    // The two change places: a core that has taken all rows is, one row later, the one that has taken all but the last.
    ahead.run(inputs, memories, from, rows - 1);
    behind.run(inputs, memories, from - 1, rows);
    this.#behind = ahead;
    this.#ahead = behind;
    this.#rows = rows;
    this.#show(from);
  }

  #replaceLast(inputs: readonly Float64Array[], rows: number): void {
    const from = this.#rows - 1;
    const memories = this.#room(from, rows);
    this.#behind.run(inputs, memories, from, rows - 1);
    this.#ahead.assign(this.#behind);
    this.#ahead.run(inputs, memories, rows - 1, rows);
    this.#rows = rows;
    this.#show(from);
  }

  #room(from: number, rows: number): readonly Float64Array[] {
    for (let i = 0; i < this.#outputs.length; i++) this.#memories[i] = this.#outputs[i].room(from, rows);
    return this.#memories;
  }

  #show(from: number): void {
    for (let i = 0; i < this.#outputs.length; i++) this.#views[i] = this.#outputs[i].written(from);
  }
}

/** Parameters are numbers and words by name, always the same names for one indicator; null where it has none. */
function sameValues(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (!isObject(left) || !isObject(right)) return false;
  for (const name in left) if (left[name] !== right[name]) return false;
  return true;
}
