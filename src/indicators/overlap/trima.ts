import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import type { Average } from '../parts/average.ts';

/**
 * The weighted total moves on by one row as each weight of the older part falls by one and each of the newer part rises by one,
 * for which the plain totals of both parts are kept. None of the three is summed afresh, as in TA-Lib, so a NaN or an infinity
 * stays.
 */
export class TrimaCore implements Average {
  private readonly window: Float64Array;
  private readonly half: number;
  private readonly isOdd: boolean;
  private readonly factor: number;
  private next = 0;
  private seen = 0;
  private total = 0;
  private older = 0;
  private newer = 0;

  constructor(period: number) {
    this.window = new Float64Array(period);
    this.half = Math.floor(period / 2);
    this.isOdd = period % 2 === 1;
    this.factor = 1 / ((this.half + 1) * (this.isOdd ? this.half + 1 : this.half));
  }

  get ready(): boolean {
    return this.seen === this.window.length;
  }

  update(value: number): number {
    const { window, next } = this;
    const period = window.length;
    const leaving = window[next];
    window[next] = value;
    this.next = next + 1 === period ? 0 : next + 1;
    if (this.seen === period)
      return this.move(leaving, window[next < this.half ? next - this.half + period : next - this.half], value);
    if (++this.seen < period) return Number.NaN;
    return this.begin();
  }

  private move(leaving: number, middle: number, value: number): number {
    this.total -= this.older;
    this.older = this.older - leaving + middle;
    // TA-Lib's order. An odd period's middle row rises in weight once more before it joins the older part.
    if (this.isOdd) {
      this.total += this.newer;
      this.newer -= middle;
    } else {
      this.newer -= middle;
      this.total += this.newer;
    }
    this.newer += value;
    this.total += value;
    return this.total * this.factor;
  }

  /** The first full window, summed from its middle outwards. */
  private begin(): number {
    const { window, isOdd, half } = this;
    const middle = isOdd ? half : half - 1;
    for (let i = middle; i >= 0; i--) {
      this.older += window[i];
      this.total += this.older;
    }
    for (let i = middle + 1; i < window.length; i++) {
      this.newer += window[i];
      this.total += this.newer;
    }
    return this.total * this.factor;
  }

  assign(from: TrimaCore): void {
    this.window.set(from.window);
    this.next = from.next;
    this.seen = from.seen;
    this.total = from.total;
    this.older = from.older;
    this.newer = from.newer;
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * Triangular moving average of the last `timePeriod` values (2 to 100,000; 30 by default): weights rise by one to the middle of
 * the window and fall again, which is an SMA of an SMA. The first value is at row `timePeriod - 1`.
 *
 * The sum of the weights is exact at any period; TA-Lib's own overflows a 32-bit integer from 92,681 on. Source: TA-Lib TRIMA.
 */
export const trima = defineIndicator({
  name: 'trima',
  title: 'Triangular Moving Average',
  source: 'TA-Lib 0.6 TRIMA',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(30),
  lookback: ({ timePeriod }) => timePeriod - 1,
  start: ({ timePeriod }) => new TrimaCore(timePeriod),
});
