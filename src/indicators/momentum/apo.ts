import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { oneOf, options, rowCount } from '../define/settings.ts';
import { maTypes } from '../parts/average.ts';
import { FastAndSlow, type FastAndSlowValues, fastAndSlowLookback } from '../parts/fast-and-slow.ts';

class ApoCore implements Core<number, number> {
  private readonly averages: FastAndSlow;

  constructor(values: FastAndSlowValues) {
    this.averages = new FastAndSlow(values);
  }

  update(value: number): number {
    const { averages } = this;
    averages.update(value);
    return averages.fast - averages.slow;
  }

  assign(from: ApoCore): void {
    this.averages.assign(from.averages);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    const fast = this.averages.run(values, out, start, end);
    for (let i = start; i < end; i++) out[i] = fast[i - start] - out[i];
  }
}

/**
 * Absolute price oscillator: the fast moving average less the slow one (`fastPeriod` 12, `slowPeriod` 26 by default, each 2 to
 * 100,000) of one kind (`maType`, 'sma' by default), in the unit of the values; the first when the slow average has its first.
 * Around 0.
 *
 * Kept as TA-Lib has it: the shorter period is the fast one, whichever is named so. Unlike in `macd` and `macdext`, each
 * average begins with the first value. With 'mama', which has no period, it is 0. Source: TA-Lib APO.
 */
export const apo = defineIndicator({
  name: 'apo',
  title: 'Absolute Price Oscillator',
  source: 'TA-Lib 0.6 APO',
  input: oneSeries,
  output: oneColumn,
  settings: options({ fastPeriod: rowCount(12), slowPeriod: rowCount(26), maType: oneOf(maTypes, 'sma') }),
  lookback: fastAndSlowLookback,
  start: (values) => new ApoCore(values),
});
