import { RollingMaximum } from './rolling-maximum.ts';
import { RollingMinimum } from './rolling-minimum.ts';

/** Where the close is between the lowest low (0) and the highest high (100) of the last `period` rows. */
export class StochasticK {
  private readonly highest: RollingMaximum;
  private readonly lowest: RollingMinimum;

  constructor(period: number) {
    this.highest = new RollingMaximum(period);
    this.lowest = new RollingMinimum(period);
  }

  /** Takes the next row. NaN until `period` rows came, 0 where the highest and the lowest are equal. */
  next(high: number, low: number, close: number): number {
    const lowest = this.lowest.update(low);
    // The order of these operations is TA-Lib's; another one differs in the last bit.
    const percent = (this.highest.update(high) - lowest) / 100;
    return percent === 0 ? 0 : (close - lowest) / percent;
  }

  assign(from: StochasticK): void {
    this.highest.assign(from.highest);
    this.lowest.assign(from.lowest);
  }
}
