import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import type { Average } from '../parts/average.ts';
import { NEAR_ZERO } from '../parts/near-zero.ts';

/** The weights of an EMA over 2 and over 30 rows: the fastest and the slowest that the average becomes. */
const FASTEST = 2 / (2 + 1);
const SLOWEST = 2 / (30 + 1);
const BETWEEN = FASTEST - SLOWEST;

/** The way is the total of the absolute changes, kept up to date and never summed afresh, as in TA-Lib. */
export class KamaCore implements Average {
  private readonly window: Float64Array;
  private next = 0;
  /** Values seen, up to one more than the period. */
  private seen = 0;
  private previous = 0;
  /** The value before the oldest of the window: the way's first change begins there. */
  private before = 0;
  private way = 0;
  private average = 0;

  constructor(period: number) {
    this.window = new Float64Array(period);
  }

  get ready(): boolean {
    return this.seen > this.window.length;
  }

  update(value: number): number {
    const { window, next, previous } = this;
    const oldest = window[next];
    window[next] = value;
    this.next = next + 1 === window.length ? 0 : next + 1;
    this.previous = value;
    if (this.seen <= window.length) {
      if (this.seen > 0) this.way += Math.abs(value - previous);
      if (this.seen++ < window.length) return Number.NaN;
      this.average = previous;
    } else {
      this.way = this.way - Math.abs(this.before - oldest) + Math.abs(value - previous);
    }
    this.before = oldest;
    return this.move(value, value - oldest);
  }

  private move(value: number, distance: number): number {
    const { way } = this;
    // The distance has its sign in the first comparison, as in TA-Lib; rounding can bring it above the way.
    const isStraight = way <= distance || (way > -NEAR_ZERO && way < NEAR_ZERO);
    const efficiency = isStraight ? 1 : Math.abs(distance / way);
    const weight = efficiency * BETWEEN + SLOWEST;
    this.average = (value - this.average) * (weight * weight) + this.average;
    return this.average;
  }

  assign(from: KamaCore): void {
    this.window.set(from.window);
    this.next = from.next;
    this.seen = from.seen;
    this.previous = from.previous;
    this.before = from.before;
    this.way = from.way;
    this.average = from.average;
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * Kaufman's adaptive moving average: an EMA whose weight is (efficiency × (2/3 - 2/31) + 2/31)², where the efficiency is the
 * distance that the last `timePeriod` changes covered (2 to 100,000; 30 by default) by the way they took. It is 1 where nothing
 * moved. The first value is at row `timePeriod`; the average begins with the value before.
 *
 * Source: TA-Lib KAMA, after Perry Kaufman (1995).
 */
export const kama = defineIndicator({
  name: 'kama',
  title: 'Kaufman Adaptive Moving Average',
  source: 'TA-Lib 0.6 KAMA',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(30),
  lookback: ({ timePeriod }) => timePeriod,
  start: ({ timePeriod }) => new KamaCore(timePeriod),
});
