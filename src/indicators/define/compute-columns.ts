import { markIntegers } from '../../frame/column.ts';
import { firstComplete } from './input-shape.ts';

/** What `Core` is to those who run whole columns and never see a sample. */
export interface ColumnCore {
  assign(from: this): void;
  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[], start: number, end: number): void;
}

/** What it takes to compute an indicator's columns. */
export interface Computation<Values> {
  readonly name: string;
  readonly kind: 'float64' | 'int';
  /** How many columns it gives. */
  readonly outputs: number;
  lookback(values: Values): number;
  start(values: Values): ColumnCore;
}

/** Whoever keeps what was computed, so as to go on from it. */
export interface Keeper {
  compute<Values>(
    computation: Computation<Values>,
    values: Values,
    inputs: readonly Float64Array[],
  ): readonly Float64Array[];
}

let keeper: Keeper | undefined;

/** Calls `run`; what indicators are asked for meanwhile, this keeper computes. */
export function keptBy<T>(by: Keeper, run: () => T): T {
  const before = keeper;
  keeper = by;
  try {
    return run();
  } finally {
    keeper = before;
  }
}

/** All rows of an indicator: a column for each output, as long as the inputs. */
export function computeColumns<Values>(
  computation: Computation<Values>,
  values: Values,
  inputs: readonly Float64Array[],
): readonly Float64Array[] {
  return keeper === undefined
    ? computeAfresh(computation, values, inputs)
    : keeper.compute(computation, values, inputs);
}

/** Every row from the start, in memory of its own. */
export function computeAfresh<Values>(
  computation: Computation<Values>,
  values: Values,
  inputs: readonly Float64Array[],
): readonly Float64Array[] {
  const { length } = inputs[0];
  const first = firstComplete(inputs);
  const outputs = Array.from({ length: computation.outputs }, () => blankTo(computation, length, first));
  computation.start(values).run(inputs, outputs, first, length);
  return outputs;
}

function blankTo({ kind }: Pick<Computation<never>, 'kind'>, length: number, first: number): Float64Array {
  if (kind === 'int') return markIntegers(new Float64Array(length));
  return new Float64Array(length).fill(Number.NaN, 0, first);
}
