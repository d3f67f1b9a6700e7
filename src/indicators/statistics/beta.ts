import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { twoSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { NEAR_ZERO } from '../parts/near-zero.ts';

interface Pair {
  readonly a: number;
  readonly b: number;
}

/** Running totals of the relative changes, their squares and their products. */
class BetaCore implements Core<Pair, number> {
  private readonly changesA: Float64Array;
  private readonly changesB: Float64Array;
  private next = 0;
  /** Pairs seen, up to one more than the period. */
  private seen = 0;
  private previousA = 0;
  private previousB = 0;
  private totalA = 0;
  private totalB = 0;
  private squares = 0;
  private products = 0;

  constructor(period: number) {
    this.changesA = new Float64Array(period);
    this.changesB = new Float64Array(period);
  }

  update({ a, b }: Pair): number {
    return this.take(a, b);
  }

  private take(a: number, b: number): number {
    const changeA = relativeChange(this.previousA, a);
    const changeB = relativeChange(this.previousB, b);
    this.previousA = a;
    this.previousB = b;
    if (this.seen === 0) {
      this.seen = 1;
      return Number.NaN;
    }
    return this.takeChanges(changeA, changeB);
  }

  private takeChanges(a: number, b: number): number {
    const { changesA, changesB } = this;
    const { length } = changesA;
    changesA[this.next] = a;
    changesB[this.next] = b;
    if (++this.next === length) this.next = 0;
    this.totalA += a;
    this.totalB += b;
    this.squares += a * a;
    this.products += a * b;
    if (this.seen <= length && ++this.seen <= length) return Number.NaN;
    const slope = this.slope(length);
    this.drop(changesA[this.next], changesB[this.next]);
    return slope;
  }

  private slope(rows: number): number {
    const { totalA, totalB } = this;
    const spread = rows * this.squares - totalA * totalA;
    return isNearZero(spread) ? 0 : (rows * this.products - totalA * totalB) / spread;
  }

  private drop(a: number, b: number): void {
    this.totalA -= a;
    this.totalB -= b;
    this.squares -= a * a;
    this.products -= a * b;
  }

  assign(from: BetaCore): void {
    this.changesA.set(from.changesA);
    this.changesB.set(from.changesB);
    this.next = from.next;
    this.seen = from.seen;
    this.previousA = from.previousA;
    this.previousB = from.previousB;
    this.totalA = from.totalA;
    this.totalB = from.totalB;
    this.squares = from.squares;
    this.products = from.products;
  }

  run([a, b]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.take(a[i], b[i]);
  }
}

function relativeChange(from: number, to: number): number {
  return isNearZero(from) ? 0 : (to - from) / from;
}

function isNearZero(value: number): boolean {
  return value > -NEAR_ZERO && value < NEAR_ZERO;
}

/**
 * The slope of the straight line of least squares through the last `timePeriod` pairs of relative changes (1 to 100,000; 5 by
 * default), those of `a` on the x axis: how much `b` moves when `a` moves by one. The first after `timePeriod` rows.
 *
 * As in TA-Lib, a change from a price under 1e-14 counts as 0, and the slope is 0 where `timePeriod` times the sum of the squares of
 * a's changes, less the square of their sum, is within ±1e-14: where `a` hardly moves, and always for a `timePeriod` of 1. The
 * totals run on, so rounding errors add up, and a NaN or an infinity stays for good. Source: TA-Lib BETA.
 */
export const beta = defineIndicator({
  name: 'beta',
  title: 'Beta',
  source: 'TA-Lib 0.6 BETA',
  input: twoSeries,
  output: oneColumn,
  settings: timePeriod(5, 1),
  lookback: ({ timePeriod }) => timePeriod,
  start: ({ timePeriod }) => new BetaCore(timePeriod),
});
