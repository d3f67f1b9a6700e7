import type { Numbers } from '../../frame/index.ts';
import { describeValue } from '../describe-value.ts';
import { badInput, toFloat64, wrongLength } from '../series.ts';

/** What an indicator is computed from: as `Input` in a batch, as one `Sample` a row in a stream. */
export interface InputShape<Input, Sample> {
  readonly names: readonly string[];
  /** The columns of a batch in the order of the names, all of one length. */
  columns(indicator: string, input: Input): readonly Float64Array[];
  /** Whether any number of the sample is NaN. */
  readonly isMissing: (sample: Sample) => boolean;
}

/** One series of numbers. */
export const oneSeries: InputShape<Numbers, number> = {
  names: ['series'],
  columns: (indicator, series) => [toFloat64(indicator, 'the series', series)],
  isMissing: Number.isNaN,
};

/** Anything with these columns: candles, a frame, a plain object. */
export interface CandleInput<Name extends string> {
  readonly columns: Readonly<Record<Name, Numbers>>;
}

/** Several columns of the candles. */
export function candleColumns<Name extends string>(
  ...names: readonly Name[]
): InputShape<CandleInput<Name>, Readonly<Record<Name, number>>> {
  return {
    names,
    columns(indicator, input) {
      const found: unknown = input;
      if (typeof found !== 'object' || found === null || typeof input.columns !== 'object') {
        throw badInput(indicator, `the candles are ${describeValue(found)} without columns`, found);
      }
      const series = names.map((name) => toFloat64(indicator, `column "${name}"`, input.columns[name]));
      const lengths = series.map((column) => column.length);
      if (lengths.some((length) => length !== lengths[0])) throw wrongLength(indicator, names, lengths);
      return series;
    },
    isMissing: (sample) => names.some((name) => Number.isNaN(sample[name])),
  };
}

/** The first row that is NaN in no column; the number of rows where there is none. */
export function firstComplete(columns: readonly Float64Array[]): number {
  const { length } = columns[0];
  let row = 0;
  while (row < length && columns.some((column) => Number.isNaN(column[row]))) row++;
  return row;
}
