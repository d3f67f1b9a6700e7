import { RollingSum } from './rolling-sum.ts';

/**
 * The mean of those of the last `window` values that are finite; NaN where there are fewer than `minPeriods`. pandas'
 * `rolling(window, min_periods).mean()`, without its rounding errors.
 */
export class AvailableMean {
  private readonly minPeriods: number;
  private readonly sum: RollingSum;

  constructor(window: number, minPeriods: number) {
    this.minPeriods = minPeriods;
    this.sum = new RollingSum(window);
  }

  update(value: number): number {
    this.sum.update(value);
    const { total, count } = this.sum;
    return count < this.minPeriods ? Number.NaN : total / count;
  }

  assign(from: AvailableMean): void {
    this.sum.assign(from.sum);
  }
}
