import type { Core } from './core.ts';
import { CoreStream, type IndicatorStream } from './indicator-stream.ts';
import { firstComplete, type InputShape } from './input-shape.ts';
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
  readonly parameters: Readonly<Record<string, Parameter>>;
}

/** An indicator: called, it computes whole columns; `stream` takes the same rows one at a time. */
export interface Indicator<Input, Sample, Args extends readonly unknown[], Columns, Value> extends IndicatorInfo {
  /**
   * Computes every row. The result is new and as long as the input, NaN where there is no value; the input is left alone.
   *
   * @throws IndicatorError for parameters out of range and for input that is not numbers.
   */
  (input: Input, ...args: Args): Columns;
  /** A stream at its first row. Throws as the batch does. */
  stream(...args: Args): IndicatorStream<Sample, Value>;
  /** How many rows from the first complete input row on have no complete value. Throws as the batch does. */
  lookback(...args: Args): number;
}

/** All that makes an indicator: the batch, the stream and the description come from this. */
interface IndicatorDefinition<Input, Sample, Args extends readonly unknown[], Values, Columns, Value> {
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

/**
 * Makes an indicator from its definition.
 *
 * Rows at the head of the input that are NaN in any column are skipped, so the warm-up begins after them. Source of that rule:
 * TA-Lib's Python wrapper; its C core does not skip.
 */
export function defineIndicator<Input, Sample, Args extends readonly unknown[], Values, Columns, Value>(
  definition: IndicatorDefinition<Input, Sample, Args, Values, Columns, Value>,
): Indicator<Input, Sample, Args, Columns, Value> {
  const { name, title, source, input, output, settings } = definition;

  function batch(series: Input, ...args: Args): Columns {
    const core = definition.start(settings.read(name, args));
    const columns = input.columns(name, series);
    const first = firstComplete(columns);
    const outputs = output.names.map(() => new Float64Array(columns[0].length).fill(Number.NaN, 0, first));
    core.run(columns, outputs, first);
    return output.pack(outputs);
  }

  function stream(...args: Args): IndicatorStream<Sample, Value> {
    const values = settings.read(name, args);
    const start = () => definition.start(values);
    return new CoreStream({ start, isMissing: input.isMissing, blank: output.blank });
  }

  const lookback = (...args: Args) => definition.lookback(settings.read(name, args));
  const info = { title, source, inputs: input.names, outputs: output.names, parameters: settings.parameters };
  // A function's name can be defined, not assigned.
  return Object.freeze(
    Object.assign(Object.defineProperty(batch, 'name', { value: name }), info, { stream, lookback }),
  );
}
