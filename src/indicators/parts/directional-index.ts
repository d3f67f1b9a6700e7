import { DirectionalTotals } from './directional-totals.ts';
import { NEAR_ZERO } from './near-zero.ts';

/**
 * The distance between the two directional indicators in percent of their sum, candle by candle.
 * Source: TA-Lib DX, after J. Welles Wilder (1978).
 */
export class DirectionalIndex {
  /** The last index that there was; 0 before the first. */
  value = 0;
  /** Whether the last candle had an index: neither the true range nor the sum of the two indicators was near zero. */
  isKnown = false;

  private readonly totals: DirectionalTotals;

  constructor(period: number) {
    this.totals = new DirectionalTotals(period);
  }

  /** Whether enough candles came: one more than the period. */
  get ready(): boolean {
    return this.totals.ready;
  }

  update(high: number, low: number, close: number): void {
    const { totals } = this;
    totals.update(high, low, close);
    this.isKnown = false;
    if (!totals.ready || Math.abs(totals.range) < NEAR_ZERO) return;
    const minus = 100 * (totals.minus / totals.range);
    const plus = 100 * (totals.plus / totals.range);
    if (Math.abs(minus + plus) < NEAR_ZERO) return;
    this.value = 100 * (Math.abs(minus - plus) / (minus + plus));
    this.isKnown = true;
  }

  assign(from: DirectionalIndex): void {
    this.value = from.value;
    this.isKnown = from.isKnown;
    this.totals.assign(from.totals);
  }
}
