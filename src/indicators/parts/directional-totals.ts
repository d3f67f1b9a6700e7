import { trueRange } from './true-range.ts';

/**
 * How far a candle reaches beyond the one before in one direction, where it reaches further than in the other; else 0.
 * Source: TA-Lib PLUS_DM and MINUS_DM, after J. Welles Wilder (1978).
 */
export function movement(beyond: number, opposite: number): number {
  return beyond > 0 && beyond > opposite ? beyond : 0;
}

/**
 * Wilder's moving totals of the directional movements and of the true range: the plain totals of the first `period` - 1 candles
 * that have one before them, from then on total - total / `period` + value; each candle's own values where the period is 1. A NaN
 * or an infinity stays for good if the period is longer. Source: TA-Lib PLUS_DI, MINUS_DI and DX, after J. Welles Wilder (1978).
 */
export class DirectionalTotals {
  plus = 0;
  minus = 0;
  range = 0;

  private readonly period: number;
  /** Candles seen, up to one more than the period. */
  private seen = 0;
  private high = 0;
  private low = 0;
  private close = 0;

  constructor(period: number) {
    this.period = period;
  }

  /** Whether enough candles came for a value: one more than the period. */
  get ready(): boolean {
    return this.seen > this.period;
  }

  update(high: number, low: number, close: number): void {
    const up = high - this.high;
    const down = this.low - low;
    const range = trueRange(high, low, this.close);
    this.high = high;
    this.low = low;
    this.close = close;
    if (this.seen >= this.period) this.fade();
    if (this.seen > 0) {
      this.plus += movement(up, down);
      this.minus += movement(down, up);
      this.range += range;
    }
    if (this.seen <= this.period) this.seen++;
  }

  private fade(): void {
    const { period, plus, minus, range } = this;
    // A total less the whole of it is not 0 where it is infinite.
    this.plus = period === 1 ? 0 : plus - plus / period;
    this.minus = period === 1 ? 0 : minus - minus / period;
    this.range = period === 1 ? 0 : range - range / period;
  }

  assign(from: DirectionalTotals): void {
    this.plus = from.plus;
    this.minus = from.minus;
    this.range = from.range;
    this.seen = from.seen;
    this.high = from.high;
    this.low = from.low;
    this.close = from.close;
  }
}
