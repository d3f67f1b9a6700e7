import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { RegressionLine } from '../parts/regression-line.ts';
import { atan } from '../parts/trigonometry.ts';

const DEGREES = 180 / Math.PI;

class LinearregAngleCore implements Core<number, number> {
  private readonly line: RegressionLine;

  constructor(period: number) {
    this.line = new RegressionLine(period);
  }

  update(value: number): number {
    this.line.update(value);
    return atan(this.line.slope) * DEGREES;
  }

  assign(from: LinearregAngleCore): void {
    this.line.assign(from.line);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * The angle of the straight line of least squares through the last `timePeriod` values (2 to 100,000; 14 by default), -90 to 90
 * degrees: the arctangent of its slope. The first after `timePeriod - 1` rows.
 *
 * The arctangent is `parts/trigonometry.ts`'s, the same on every engine. The C library's is one unit of the last place away from it
 * in one value of 2,000, which is the only difference from TA-Lib's. From a `timePeriod` of 1,291 on the result is wrong, as
 * TA-Lib's is: its sum of squares does not fit into 32 bits.
 * Source: TA-Lib LINEARREG_ANGLE.
 */
export const linearregAngle = defineIndicator({
  name: 'linearregAngle',
  title: 'Linear Regression Angle',
  source: 'TA-Lib 0.6 LINEARREG_ANGLE',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(14),
  lookback: ({ timePeriod }) => timePeriod - 1,
  start: ({ timePeriod }) => new LinearregAngleCore(timePeriod),
});
