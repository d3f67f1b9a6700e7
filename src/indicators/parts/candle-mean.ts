import type { CandleCursor } from './candle-cursor.ts';
import type { CandleRange, CandleSetting } from './candle-settings.ts';

/**
 * The mean range of some candles before the candle `back` rows before the row that is looked at; of no candles, that candle's own
 * range.
 *
 * The total begins anew at a pattern's first judged row and slides from there, so it is one total for each candle of a pattern,
 * and not one that all share: as in TA-Lib, whose rounding errors it therefore has. As there, a NaN or an infinity never leaves
 * the total, and nothing that is held against it is found any more.
 */
export class CandleMean {
  private readonly cursor: CandleCursor;
  private readonly kind: CandleRange;
  private readonly rows: number;
  private readonly back: number;
  private total = 0;
  /** Kept rather than computed when it is read, which would put it on the heap. */
  value = 0;

  constructor(cursor: CandleCursor, { range, rows }: CandleSetting, back: number) {
    this.cursor = cursor;
    this.kind = range;
    this.rows = rows;
    this.back = back;
  }

  /** Whether it is what the setting takes for that candle. */
  serves({ range, rows }: CandleSetting, back: number): boolean {
    return range === this.kind && rows === this.rows && back === this.back;
  }

  /** Totals the candles before, the oldest first. */
  begin(): void {
    const candle = this.cursor.row - this.back;
    this.total = 0;
    for (let row = candle - this.rows; row < candle; row++) this.total += this.rangeAt(row);
    this.settle(candle);
  }

  /** Goes on after the cursor has moved to the next row. */
  advance(): void {
    const candle = this.cursor.row - this.back;
    const entering = candle - 1;
    // As one difference, since TA-Lib rounds it so.
    if (this.rows > 0) this.total += this.rangeAt(entering) - this.rangeAt(entering - this.rows);
    this.settle(candle);
  }

  assign(from: CandleMean): void {
    this.total = from.total;
  }

  private rangeAt(row: number): number {
    return this.cursor.rangeAt(this.kind, row);
  }

  private settle(candle: number): void {
    this.value = this.rows > 0 ? this.total / this.rows : this.rangeAt(candle);
  }
}
