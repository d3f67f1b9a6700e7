import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import type { Average } from '../parts/average.ts';
import { RollingTotal } from '../parts/rolling-total.ts';

/** A running total over the number of values. */
export class SmaCore implements Average {
  private readonly period: number;
  private readonly total: RollingTotal;

  constructor(period: number) {
    this.period = period;
    this.total = new RollingTotal(period);
  }

  get ready(): boolean {
    return this.total.ready;
  }

  update(value: number): number {
    return this.total.update(value) / this.period;
  }

  assign(from: SmaCore): void {
    this.total.assign(from.total);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/** Simple moving average: the mean of the last `timePeriod` values (2 to 100,000; 30 by default). Source: TA-Lib SMA. */
export const sma = defineIndicator({
  name: 'sma',
  title: 'Simple Moving Average',
  source: 'TA-Lib 0.6 SMA',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(30),
  lookback: ({ timePeriod }) => timePeriod - 1,
  start: ({ timePeriod }) => new SmaCore(timePeriod),
});
