import type { Core } from '../define/core.ts';
import type { CandleRow } from './candle-row.ts';
import type { Direction } from './directional-movement.ts';
import { DirectionalTotals } from './directional-totals.ts';
import { NEAR_ZERO } from './near-zero.ts';

type Row = CandleRow<'high' | 'low' | 'close'>;

/** The directional movement's moving total in percent of that of the true range; the candle's own ratio where the period is 1. */
export class DirectionalIndicatorCore implements Core<Row, number> {
  private readonly isPlus: boolean;
  private readonly period: number;
  private readonly totals: DirectionalTotals;

  constructor(direction: Direction, period: number) {
    this.isPlus = direction === 'plus';
    this.period = period;
    this.totals = new DirectionalTotals(period);
  }

  update({ high, low, close }: Row): number {
    return this.next(high, low, close);
  }

  private next(high: number, low: number, close: number): number {
    const { totals } = this;
    totals.update(high, low, close);
    if (!totals.ready) return Number.NaN;
    const moved = this.isPlus ? totals.plus : totals.minus;
    // Where a candle by itself did not move, TA-Lib does not look at its range, be it NaN.
    if (this.period === 1 && moved === 0) return 0;
    if (Math.abs(totals.range) < NEAR_ZERO) return 0;
    const ratio = moved / totals.range;
    return this.period === 1 ? ratio : 100 * ratio;
  }

  assign(from: DirectionalIndicatorCore): void {
    this.totals.assign(from.totals);
  }

  run([high, low, close]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.next(high[i], low[i], close[i]);
  }
}
