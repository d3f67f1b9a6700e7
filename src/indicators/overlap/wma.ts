import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import type { Average } from '../parts/average.ts';
import { WeightedTotal } from '../parts/weighted-total.ts';

/** The weighted total divided by the sum of the weights. */
export class WmaCore implements Average {
  private readonly total: WeightedTotal;
  private readonly weights: number;

  constructor(period: number) {
    this.total = new WeightedTotal(period);
    this.weights = (period * (period + 1)) / 2;
  }

  get ready(): boolean {
    return this.total.ready;
  }

  update(value: number): number {
    return this.total.update(value) / this.weights;
  }

  assign(from: WmaCore): void {
    this.total.assign(from.total);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * Weighted moving average of the last `timePeriod` values (2 to 100,000; 30 by default): weight 1 for the oldest, `timePeriod`
 * for the newest. The first value is at row `timePeriod - 1`; it lies between the smallest and the largest value of the window.
 *
 * The sum of the weights is exact at any period; TA-Lib's own overflows a 32-bit integer from 46,341 on. Source: TA-Lib WMA.
 */
export const wma = defineIndicator({
  name: 'wma',
  title: 'Weighted Moving Average',
  source: 'TA-Lib 0.6 WMA',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(30),
  lookback: ({ timePeriod }) => timePeriod - 1,
  start: ({ timePeriod }) => new WmaCore(timePeriod),
});
