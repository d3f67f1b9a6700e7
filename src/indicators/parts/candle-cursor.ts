import type { CandleRange } from './candle-settings.ts';

const nothing = new Float64Array(0);

/**
 * The columns of the candles and the row that is looked at.
 *
 * A candle that closes where it opened is white. Comparisons stand in TA-Lib's order, which decides what a NaN does.
 */
export class CandleCursor {
  open: Float64Array = nothing;
  high: Float64Array = nothing;
  low: Float64Array = nothing;
  close: Float64Array = nothing;
  row = 0;

  /** Looks at these columns from now on: open, high, low, close. */
  turnTo(columns: readonly Float64Array[]): void {
    [this.open, this.high, this.low, this.close] = columns;
  }

  isWhiteAt(row: number): boolean {
    return this.close[row] >= this.open[row];
  }

  bodyAt(row: number): number {
    return Math.abs(this.close[row] - this.open[row]);
  }

  upperShadowAt(row: number): number {
    return this.high[row] - (this.isWhiteAt(row) ? this.close[row] : this.open[row]);
  }

  lowerShadowAt(row: number): number {
    return (this.isWhiteAt(row) ? this.open[row] : this.close[row]) - this.low[row];
  }

  rangeAt(kind: CandleRange, row: number): number {
    if (kind === 'body') return this.bodyAt(row);
    if (kind === 'high-low') return this.high[row] - this.low[row];
    return this.upperShadowAt(row) + this.lowerShadowAt(row);
  }
}
