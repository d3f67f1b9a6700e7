/**
 * Wilder's moving average: the plain mean of the first `period` values, then (average · (period - 1) + value) / period. A NaN or
 * an infinity stays for good. Source: TA-Lib ATR and ADX, after J. Welles Wilder (1978).
 */
export class WilderAverage {
  private readonly period: number;
  private taken = 0;
  /** The total of the values until `period` were taken, the average from then on. */
  private average = 0;

  constructor(period: number) {
    this.period = period;
  }

  /** Whether `update` has given a value: a NaN before that is warm-up, after it is the data's. */
  get ready(): boolean {
    return this.taken === this.period;
  }

  /** NaN until `period` values were taken. */
  update(value: number): number {
    if (this.taken === this.period) {
      this.average = (this.average * (this.period - 1) + value) / this.period;
      return this.average;
    }
    this.average += value;
    if (++this.taken < this.period) return Number.NaN;
    this.average /= this.period;
    return this.average;
  }

  /** The average as it is; only meant for when it is `ready`. */
  get value(): number {
    return this.average;
  }

  assign(from: WilderAverage): void {
    this.taken = from.taken;
    this.average = from.average;
  }
}
