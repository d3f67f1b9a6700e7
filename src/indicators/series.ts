import type { Numbers } from '../frame/index.ts';
import { describeValue } from './describe-value.ts';
import { IndicatorError } from './indicator-error.ts';

/**
 * The series as a Float64Array: itself if it is one, else a copy.
 *
 * @throws IndicatorError INDICATOR_BAD_INPUT for anything but a series of numbers.
 */
export function toFloat64(indicator: string, input: string, series: Numbers): Float64Array {
  if (series instanceof Float64Array) return series;
  const copy = new Float64Array(rowsOf(indicator, input, series));
  for (let row = 0; row < copy.length; row++) {
    const found: unknown = series[row];
    if (typeof found !== 'number') {
      throw badInput(indicator, `${input} has ${describeValue(found)} at row ${row}`, found);
    }
    copy[row] = found;
  }
  return copy;
}

/** The length of a series, if it has one. Throws as `toFloat64` does. */
export function rowsOf(indicator: string, input: string, series: Numbers): number {
  const found: unknown = series;
  if (typeof found === 'object' && found !== null && 'columns' in found) {
    throw badInput(
      indicator,
      `${input} is a frame or candles, of which one column is due, as in candles.columns.close`,
      found,
    );
  }
  if (typeof found === 'object' && found !== null && typeof series.length === 'number') return series.length;
  throw badInput(indicator, `${input} is ${describeValue(found)}`, found);
}

/** The error for what is not a series of numbers; `fault` says where and what. */
function badInput(indicator: string, fault: string, value: unknown): IndicatorError {
  return new IndicatorError('INDICATOR_BAD_INPUT', `${indicator}: ${fault}; a series of numbers is needed`, { value });
}

/** The error for series that should have one length, where `lengths` are those of the inputs in order. */
export function wrongLength(indicator: string, inputs: readonly string[], lengths: readonly number[]): IndicatorError {
  const found = inputs.map((input, position) => `${input} has ${lengths[position]}`).join(', ');
  return new IndicatorError(
    'INDICATOR_WRONG_LENGTH',
    `${indicator}: the series must have the same number of rows; ${found}`,
    { value: lengths },
  );
}
