import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import type { Average } from '../parts/average.ts';

/**
 * A running total, as TA-Lib keeps it. It is never summed afresh, so each row may add half a unit in the last place of the total:
 * N rows drift by at most N × 1.1e-16 of the largest total seen, and a NaN or an infinity stays for good.
 */
export class SmaCore implements Average {
  private readonly window: Float64Array;
  private next = 0;
  private seen = 0;
  private total = 0;

  constructor(period: number) {
    this.window = new Float64Array(period);
  }

  get ready(): boolean {
    return this.seen === this.window.length;
  }

  update(value: number): number {
    const { window } = this;
    window[this.next] = value;
    if (++this.next === window.length) this.next = 0;
    const total = this.total + value;
    if (this.seen < window.length && ++this.seen < window.length) {
      this.total = total;
      return Number.NaN;
    }
    this.total = total - window[this.next];
    return total / window.length;
  }

  assign(from: SmaCore): void {
    this.window.set(from.window);
    this.next = from.next;
    this.seen = from.seen;
    this.total = from.total;
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
