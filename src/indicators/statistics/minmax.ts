import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { namedColumns } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { RollingMaximum } from '../parts/rolling-maximum.ts';
import { RollingMinimum } from '../parts/rolling-minimum.ts';

interface Range {
  min: number;
  max: number;
}

class MinmaxCore implements Core<number, Range> {
  private readonly lowest: RollingMinimum;
  private readonly highest: RollingMaximum;

  constructor(period: number) {
    this.lowest = new RollingMinimum(period);
    this.highest = new RollingMaximum(period);
  }

  update(value: number): Range {
    return { min: this.lowest.update(value), max: this.highest.update(value) };
  }

  assign(from: MinmaxCore): void {
    this.lowest.assign(from.lowest);
    this.highest.assign(from.highest);
  }

  run([values]: readonly Float64Array[], [min, max]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) {
      min[i] = this.lowest.update(values[i]);
      max[i] = this.highest.update(values[i]);
    }
  }
}

/**
 * The lowest and the highest of the last `timePeriod` values (2 to 100,000; 30 by default); the first after `timePeriod - 1` rows.
 * NaN does what it does in `min` and `max`. Source: TA-Lib MINMAX.
 */
export const minmax = defineIndicator({
  name: 'minmax',
  title: 'Minimum and Maximum',
  source: 'TA-Lib 0.6 MINMAX',
  input: oneSeries,
  output: namedColumns('min', 'max'),
  settings: timePeriod(30),
  lookback: ({ timePeriod }) => timePeriod - 1,
  start: ({ timePeriod }) => new MinmaxCore(timePeriod),
});
