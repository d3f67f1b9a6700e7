import type { Numbers } from '../../frame/index.ts';
import { describeValue } from '../describe-value.ts';
import { IndicatorError } from '../indicator-error.ts';
import { toFloat64, wrongLength } from '../series.ts';

/** What an indicator is computed from: as the arguments `Input` in a batch, as one `Sample` a row in a stream. */
export interface InputShape<Input extends readonly unknown[], Sample> {
  readonly names: readonly string[];
  /** How many arguments of a batch are its input; those behind them are settings. */
  readonly count: Input['length'];
  /** The columns of a batch in the order of the names, all of one length. */
  columns(indicator: string, input: Input): readonly Float64Array[];
  /** Whether any number of the sample is NaN. */
  readonly isMissing: (sample: Sample) => boolean;
}

/** One series of numbers. */
export const oneSeries: InputShape<[series: Numbers], number> = {
  names: ['series'],
  count: 1,
  columns: (indicator, [series]) => [toFloat64(indicator, 'the series', series)],
  isMissing: Number.isNaN,
};

/** Two series of one length; a stream takes `{ a, b }`. */
export const twoSeries: InputShape<[a: Numbers, b: Numbers], { readonly a: number; readonly b: number }> = {
  names: ['a', 'b'],
  count: 2,
  columns: (indicator, [a, b]) =>
    ofOneLength(indicator, twoSeries.names, [toFloat64(indicator, 'series a', a), toFloat64(indicator, 'series b', b)]),
  isMissing: ({ a, b }) => Number.isNaN(a) || Number.isNaN(b),
};

/** Anything with these columns: candles, a frame, a plain object. */
export interface CandleInput<Name extends string> {
  readonly columns: Readonly<Record<Name, Numbers>>;
}

/** Several columns of the candles. */
export function candleColumns<Name extends string>(
  ...names: readonly Name[]
): InputShape<[candles: CandleInput<Name>], Readonly<Record<Name, number>>> {
  const labels = names.map((name) => `column "${name}"`);
  return {
    names,
    count: 1,
    columns(indicator, [input]) {
      const found: unknown = input;
      if (typeof found !== 'object' || found === null || typeof input.columns !== 'object' || input.columns === null) {
        throw noCandles(indicator, names, found);
      }
      const { columns } = input;
      const series: Float64Array[] = [];
      for (let i = 0; i < names.length; i++) series.push(toFloat64(indicator, labels[i], columns[names[i]]));
      return ofOneLength(indicator, names, series);
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

function ofOneLength(
  indicator: string,
  names: readonly string[],
  series: readonly Float64Array[],
): readonly Float64Array[] {
  for (const { length } of series) {
    if (length === series[0].length) continue;
    const lengths = series.map((column) => column.length);
    throw wrongLength(indicator, names, lengths);
  }
  return series;
}

function noCandles(indicator: string, names: readonly string[], found: unknown): IndicatorError {
  const isSeries = typeof found === 'object' && found !== null && 'length' in found;
  const what = isSeries ? 'a series' : describeValue(found);
  const message = `${indicator}: expected candles, or { columns: { ${names.join(', ')} } }, found ${what}`;
  return new IndicatorError('INDICATOR_BAD_INPUT', message, { value: found });
}
