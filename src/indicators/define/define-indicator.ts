import { type Computation, computeColumns } from './compute-columns.ts';
import type { Core } from './core.ts';
import { CoreStream, type IndicatorStream } from './indicator-stream.ts';
import type { InputShape } from './input-shape.ts';
import type { OutputShape } from './output-shape.ts';
import type { Parameter, Settings } from './settings.ts';

/** What every indicator tells of itself. */
export interface IndicatorInfo {
  /** The name it is called by, for example `rsi`. */
  readonly name: string;
  /** The name in words. */
  readonly title: string;
  /** Whose numbers these are. */
  readonly source: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** What kind of column each output becomes in a frame. */
  readonly kind: 'float64' | 'int' | 'bool';
  readonly parameters: Readonly<Record<string, Parameter>>;
}

/** An indicator: called, it computes whole columns; `stream` takes the same rows one at a time. */
export interface Indicator<
  Input extends readonly unknown[],
  Sample,
  Args extends readonly unknown[],
  Columns,
  Value,
> extends IndicatorInfo {
  /**
   * Computes every row. The result is as long as the input, NaN where there is no value (0 for whole numbers), and to be read only;
   * the input is left alone.
   *
   * @throws IndicatorError for parameters out of range and for input that is not numbers.
   */
  (...args: [...input: Input, ...settings: Args]): Columns;
  /** A stream at its first row. Throws as the batch does. */
  stream(...args: Args): IndicatorStream<Sample, Value>;
  /** How many rows from the first complete input row on have no complete value. Throws as the batch does. */
  lookback(...args: Args): number;
}

/** All that makes an indicator: the batch, the stream and the description come from this. */
interface IndicatorDefinition<
  Input extends readonly unknown[],
  Sample,
  Args extends readonly unknown[],
  Values,
  Columns,
  Value,
> {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly input: InputShape<Input, Sample>;
  readonly output: OutputShape<Columns, Value>;
  readonly settings: Settings<Args, Values>;
  lookback(values: Values): number;
  /** A core at its first row. */
  start(values: Values): Core<Sample, Value>;
}

const NONE: readonly unknown[] = [];

/**
 * Makes an indicator from its definition.
 *
 * Rows at the head of the input that are NaN in any column are skipped, so the warm-up begins after them. Source of that rule:
 * TA-Lib's Python wrapper; its C core does not skip.
 */
export function defineIndicator<
  Input extends readonly unknown[],
  Sample,
  Args extends readonly unknown[],
  Values,
  Columns,
  Value,
>(
  definition: IndicatorDefinition<Input, Sample, Args, Values, Columns, Value>,
): Indicator<Input, Sample, Args, Columns, Value> {
  const { name, title, source, input, output, settings } = definition;
  const { names: outputs, kind } = output;
  const computation: Computation<Values> = { ...definition, kind, outputs: outputs.length };

  function batch(...args: readonly unknown[]): Columns {
    // The declared signature is `[...Input, ...Args]`: those are its two parts, and both are checked before use.
    /* oxlint-disable typescript/no-unsafe-type-assertion */
    const rest = args.length > input.count ? args.slice(input.count) : NONE;
    const values = settings.read(name, rest as unknown as Args);
    return output.pack(computeColumns(computation, values, input.columns(name, args as unknown as Input)));
    /* oxlint-enable typescript/no-unsafe-type-assertion */
  }

  function stream(...args: Args): IndicatorStream<Sample, Value> {
    const values = settings.read(name, args);
    const start = () => definition.start(values);
    return new CoreStream({ start, isMissing: input.isMissing, blank: output.blank });
  }

  const lookback = (...args: Args) => definition.lookback(settings.read(name, args));
  const info = { title, source, inputs: input.names, outputs, kind, parameters: settings.parameters };
  // A function's name can be defined, not assigned.
  return Object.freeze(
    Object.assign(Object.defineProperty(batch, 'name', { value: name }), info, { stream, lookback }),
  );
}
