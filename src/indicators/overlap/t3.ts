import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { factor, options, rowCount } from '../define/settings.ts';
import type { Average } from '../parts/average.ts';

/** The volume factor that TA-Lib's MA gives T3. */
const USUAL_VOLUME_FACTOR = 0.7;

/** An EMA whose rounding is T3's: both weights are multiplied, while `EmaCore` adds a share of the difference. */
class Smoothing {
  private readonly period: number;
  private readonly weight: number;
  private readonly rest: number;
  private seen = 0;
  /** The total of the values until `period` were seen, the average from then on. -0 adds to any value without a trace. */
  private average = -0;

  constructor(period: number) {
    this.period = period;
    this.weight = 2 / (period + 1);
    this.rest = 1 - this.weight;
  }

  get ready(): boolean {
    return this.seen === this.period;
  }

  update(value: number): number {
    if (this.seen === this.period) {
      this.average = this.weight * value + this.rest * this.average;
      return this.average;
    }
    this.average += value;
    if (++this.seen < this.period) return Number.NaN;
    this.average /= this.period;
    return this.average;
  }

  assign(from: Smoothing): void {
    this.seen = from.seen;
    this.average = from.average;
  }
}

/** Six averages in a row; each takes its first value when the one before it gives its first. */
export class T3Core implements Average {
  private readonly first: Smoothing;
  private readonly second: Smoothing;
  private readonly third: Smoothing;
  private readonly fourth: Smoothing;
  private readonly fifth: Smoothing;
  private readonly sixth: Smoothing;
  private readonly ofThird: number;
  private readonly ofFourth: number;
  private readonly ofFifth: number;
  private readonly ofSixth: number;

  constructor(period: number, vFactor = USUAL_VOLUME_FACTOR) {
    this.first = new Smoothing(period);
    this.second = new Smoothing(period);
    this.third = new Smoothing(period);
    this.fourth = new Smoothing(period);
    this.fifth = new Smoothing(period);
    this.sixth = new Smoothing(period);
    const square = vFactor * vFactor;
    this.ofSixth = -(square * vFactor);
    this.ofFifth = 3 * (square - this.ofSixth);
    this.ofFourth = -6 * square - 3 * (vFactor - this.ofSixth);
    this.ofThird = 1 + 3 * vFactor - this.ofSixth + 3 * square;
  }

  get ready(): boolean {
    return this.sixth.ready;
  }

  update(value: number): number {
    const first = this.first.update(value);
    if (!this.first.ready) return Number.NaN;
    const second = this.second.update(first);
    if (!this.second.ready) return Number.NaN;
    const third = this.third.update(second);
    if (!this.third.ready) return Number.NaN;
    const fourth = this.fourth.update(third);
    if (!this.fourth.ready) return Number.NaN;
    const fifth = this.fifth.update(fourth);
    if (!this.fifth.ready) return Number.NaN;
    const sixth = this.sixth.update(fifth);
    if (!this.sixth.ready) return Number.NaN;
    return this.ofSixth * sixth + this.ofFifth * fifth + this.ofFourth * fourth + this.ofThird * third;
  }

  assign(from: T3Core): void {
    this.first.assign(from.first);
    this.second.assign(from.second);
    this.third.assign(from.third);
    this.fourth.assign(from.fourth);
    this.fifth.assign(from.fifth);
    this.sixth.assign(from.sixth);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * T3: the generalised double EMA, (1 + vFactor)·EMA - vFactor·EMA(EMA), taken three times over (`timePeriod` 2 to 100,000, 5 by
 * default; `vFactor` 0 to 1, 0.7 by default: 0 gives EMA(EMA(EMA)), 1 gives DEMA(DEMA(DEMA))). The first value is at row
 * 6·(timePeriod - 1). Source: TA-Lib T3, after Tim Tillson (1998).
 */
export const t3 = defineIndicator({
  name: 't3',
  title: 'Triple Exponential Moving Average (T3)',
  source: 'TA-Lib 0.6 T3',
  input: oneSeries,
  output: oneColumn,
  settings: options({ timePeriod: rowCount(5), vFactor: factor(USUAL_VOLUME_FACTOR, 0, 1) }),
  lookback: ({ timePeriod }) => 6 * (timePeriod - 1),
  start: ({ timePeriod, vFactor }) => new T3Core(timePeriod, vFactor),
});
