import type { Core } from '../define/core.ts';
import type { CandleRow } from './candle-row.ts';
import { movement } from './directional-totals.ts';

/** Up or down. */
export type Direction = 'plus' | 'minus';

/**
 * The moving total of the directional movement, as `DirectionalTotals` has it, of high and low alone. It is given one candle
 * earlier, from the plain total on.
 */
export class DirectionalMovementCore implements Core<CandleRow<'high' | 'low'>, number> {
  private readonly isPlus: boolean;
  private readonly period: number;
  private total = 0;
  /** Candles seen, up to the period, and at least one. */
  private seen = 0;
  private high = 0;
  private low = 0;

  constructor(direction: Direction, period: number) {
    this.isPlus = direction === 'plus';
    this.period = period;
  }

  update({ high, low }: CandleRow<'high' | 'low'>): number {
    return this.next(high, low);
  }

  private next(high: number, low: number): number {
    const up = high - this.high;
    const down = this.low - low;
    this.high = high;
    this.low = low;
    if (this.seen === 0) {
      this.seen = 1;
      return Number.NaN;
    }
    const moved = this.isPlus ? movement(up, down) : movement(down, up);
    return this.period === 1 ? moved : this.add(moved);
  }

  private add(moved: number): number {
    const { period, total } = this;
    if (this.seen === period) {
      this.total = total - total / period + moved;
      return this.total;
    }
    this.total = total + moved;
    return ++this.seen === period ? this.total : Number.NaN;
  }

  assign(from: DirectionalMovementCore): void {
    this.total = from.total;
    this.seen = from.seen;
    this.high = from.high;
    this.low = from.low;
  }

  run([high, low]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.next(high[i], low[i]);
  }
}
