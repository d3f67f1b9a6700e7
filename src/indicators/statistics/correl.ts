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

/** Running totals, from which the oldest pair is taken off before the newest is added: TA-Lib's order. */
class CorrelCore implements Core<Pair, number> {
  private readonly windowA: Float64Array;
  private readonly windowB: Float64Array;
  private next = 0;
  private seen = 0;
  private totalA = 0;
  private totalB = 0;
  private squaresA = 0;
  private squaresB = 0;
  private products = 0;

  constructor(period: number) {
    this.windowA = new Float64Array(period);
    this.windowB = new Float64Array(period);
  }

  update({ a, b }: Pair): number {
    return this.take(a, b);
  }

  private take(a: number, b: number): number {
    const { windowA, windowB, next } = this;
    const { length } = windowA;
    if (this.seen === length) this.add(-1, windowA[next], windowB[next]);
    else this.seen++;
    windowA[next] = a;
    windowB[next] = b;
    this.next = next + 1 === length ? 0 : next + 1;
    this.add(1, a, b);
    return this.seen < length ? Number.NaN : this.correlation(length);
  }

  private add(sign: 1 | -1, a: number, b: number): void {
    this.totalA += sign * a;
    this.totalB += sign * b;
    this.squaresA += sign * (a * a);
    this.squaresB += sign * (b * b);
    this.products += sign * (a * b);
  }

  private correlation(rows: number): number {
    const { totalA, totalB } = this;
    const spreadA = this.squaresA - (totalA * totalA) / rows;
    const spreadB = this.squaresB - (totalB * totalB) / rows;
    const spread = spreadA * spreadB;
    return spread < NEAR_ZERO ? 0 : (this.products - (totalA * totalB) / rows) / Math.sqrt(spread);
  }

  assign(from: CorrelCore): void {
    this.windowA.set(from.windowA);
    this.windowB.set(from.windowB);
    this.next = from.next;
    this.seen = from.seen;
    this.totalA = from.totalA;
    this.totalB = from.totalB;
    this.squaresA = from.squaresA;
    this.squaresB = from.squaresB;
    this.products = from.products;
  }

  run([a, b]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.take(a[i], b[i]);
  }
}

/**
 * Pearson's correlation coefficient of the last `timePeriod` pairs (1 to 100,000; 30 by default), -1 to 1; the first after
 * `timePeriod - 1` rows.
 *
 * 0 where the product of the two sums of squared distances from the mean is under 1e-14, as in TA-Lib: where either series stands
 * still, and for small prices whatever they do. The totals run on, so rounding errors can take it past ±1, and a NaN or an
 * infinity stays for good. Source: TA-Lib CORREL.
 */
export const correl = defineIndicator({
  name: 'correl',
  title: "Pearson's Correlation Coefficient",
  source: 'TA-Lib 0.6 CORREL',
  input: twoSeries,
  output: oneColumn,
  settings: timePeriod(30, 1),
  lookback: ({ timePeriod }) => timePeriod - 1,
  start: ({ timePeriod }) => new CorrelCore(timePeriod),
});
