/**
 * The mean of all values so far, each weighing a fixed share less than the one after it: pandas' `ewm(...).mean()`, to the bit.
 *
 * Unlike TA-Lib's EMA it divides by the weights there were (`adjust`), so that it begins with the first value and no seed. A NaN or
 * an infinity counts as a missing row: weights fade on (`ignore_na=False`) and the mean stays. The state is two numbers; old values
 * fade below the last bit, so rounding errors do not add up.
 */
export class ExponentialMean {
  private readonly fade: number;
  private readonly minPeriods: number;
  private mean = Number.NaN;
  /** The weight of all values so far, the newest of them weighing 1. */
  private weight = 1;
  /** How many values there were, up to `minPeriods`. */
  private seen = 0;

  /** `center` is the mean age of the weights in rows, pandas' `com`; the first `minPeriods - 1` values give NaN. */
  constructor(center: number, minPeriods: number) {
    this.fade = 1 - 1 / (1 + center);
    this.minPeriods = minPeriods;
  }

  /** With pandas' `span`, which is TA-Lib's period. */
  static ofSpan(span: number, minPeriods: number): ExponentialMean {
    return new ExponentialMean((span - 1) / 2, minPeriods);
  }

  update(value: number): number {
    // False for NaN and both infinities.
    const isThere = value - value === 0;
    if (isThere && this.seen < this.minPeriods) this.seen++;
    if (this.mean === this.mean) {
      this.weight *= this.fade;
      if (isThere) this.take(value);
    } else if (isThere) {
      this.mean = value;
    }
    return this.seen < this.minPeriods ? Number.NaN : this.mean;
  }

  private take(value: number): void {
    const weight = this.weight + 1;
    // Equal values leave the mean as it is, where the division could change its last bit.
    if (this.mean !== value) this.mean = (this.weight * this.mean + value) / weight;
    this.weight = weight;
  }

  assign(from: ExponentialMean): void {
    this.mean = from.mean;
    this.weight = from.weight;
    this.seen = from.seen;
  }
}
