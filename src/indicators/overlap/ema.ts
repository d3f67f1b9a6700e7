import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import type { Average } from '../parts/average.ts';

/** Begins with the plain mean of the first `period` values: TA-Lib's classic start. */
export class EmaCore implements Average {
  private readonly period: number;
  private readonly weight: number;
  private seen = 0;
  /** The total of the values until `period` were seen, the average from then on. */
  private average = 0;

  constructor(period: number) {
    this.period = period;
    this.weight = 2 / (period + 1);
  }

  get ready(): boolean {
    return this.seen === this.period;
  }

  update(value: number): number {
    if (this.seen === this.period) {
      this.average = (value - this.average) * this.weight + this.average;
      return this.average;
    }
    this.average += value;
    if (++this.seen < this.period) return Number.NaN;
    this.average /= this.period;
    return this.average;
  }

  assign(from: EmaCore): void {
    this.seen = from.seen;
    this.average = from.average;
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * Exponential moving average with weight 2 / (timePeriod + 1) for the newest value (2 to 100,000; 30 by default), begun with the
 * mean of the first `timePeriod` values. Source: TA-Lib EMA.
 */
export const ema = defineIndicator({
  name: 'ema',
  title: 'Exponential Moving Average',
  source: 'TA-Lib 0.6 EMA',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(30),
  lookback: ({ timePeriod }) => timePeriod - 1,
  start: ({ timePeriod }) => new EmaCore(timePeriod),
});
