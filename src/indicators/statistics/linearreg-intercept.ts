import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { RegressionLine } from '../parts/regression-line.ts';

class LinearregInterceptCore implements Core<number, number> {
  private readonly line: RegressionLine;

  constructor(period: number) {
    this.line = new RegressionLine(period);
  }

  update(value: number): number {
    this.line.update(value);
    return this.line.intercept;
  }

  assign(from: LinearregInterceptCore): void {
    this.line.assign(from.line);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * The height of the straight line of least squares through the last `timePeriod` values at the oldest of them
 * (`timePeriod` 2 to 100,000; 14 by default). The first after `timePeriod - 1` rows.
 *
 * From a `timePeriod` of 1,291 on the result is wrong, as TA-Lib's is: its sum of squares does not fit into 32 bits. Source:
 * TA-Lib LINEARREG_INTERCEPT.
 */
export const linearregIntercept = defineIndicator({
  name: 'linearregIntercept',
  title: 'Linear Regression Intercept',
  source: 'TA-Lib 0.6 LINEARREG_INTERCEPT',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(14),
  lookback: ({ timePeriod }) => timePeriod - 1,
  start: ({ timePeriod }) => new LinearregInterceptCore(timePeriod),
});
