/**
 * The highest high and the lowest low of the last `window` rows; NaN until there are as many, and where the window holds a NaN or
 * an infinity, as in pandas.
 *
 * Rows are taken in blocks of `window`; a window is an end of the finished block and the open block so far, and the extremes of all
 * ends are found in one backward sweep. A row costs the same work at any window, taken over a block, also for prices that only rise.
 * Source: M. van Herk (1992).
 */
export class WindowRange {
  highest = Number.NaN;
  lowest = Number.NaN;

  /** The open block's rows, and how many there are. */
  private readonly highs: Float64Array;
  private readonly lows: Float64Array;
  private filled = 0;
  private openHighest = -Infinity;
  private openLowest = Infinity;

  /** The finished block's extremes from each row to its end, and those of the empty end after it. NaN where none is finished. */
  private readonly endHighest: Float64Array;
  private readonly endLowest: Float64Array;

  constructor(window: number) {
    this.highs = new Float64Array(window);
    this.lows = new Float64Array(window);
    this.endHighest = new Float64Array(window + 1).fill(Number.NaN);
    this.endLowest = new Float64Array(window + 1).fill(Number.NaN);
    this.endHighest[window] = -Infinity;
    this.endLowest[window] = Infinity;
  }

  /** Takes the next row; `highest` and `lowest` are then those of the window that ends with it. */
  update(high: number, low: number): void {
    const row = this.filled++;
    this.highs[row] = finite(high);
    this.lows[row] = finite(low);
    // These give NaN if either is NaN.
    this.openHighest = Math.max(this.openHighest, this.highs[row]);
    this.openLowest = Math.min(this.openLowest, this.lows[row]);
    this.highest = Math.max(this.openHighest, this.endHighest[row + 1]);
    this.lowest = Math.min(this.openLowest, this.endLowest[row + 1]);
    if (this.filled === this.highs.length) this.finishBlock();
  }

  assign(from: WindowRange): void {
    this.highest = from.highest;
    this.lowest = from.lowest;
    this.highs.set(from.highs);
    this.lows.set(from.lows);
    this.filled = from.filled;
    this.openHighest = from.openHighest;
    this.openLowest = from.openLowest;
    this.endHighest.set(from.endHighest);
    this.endLowest.set(from.endLowest);
  }

  private finishBlock(): void {
    const { highs, lows, endHighest, endLowest } = this;
    for (let row = highs.length - 1; row >= 0; row--) {
      endHighest[row] = Math.max(highs[row], endHighest[row + 1]);
      endLowest[row] = Math.min(lows[row], endLowest[row + 1]);
    }
    this.filled = 0;
    this.openHighest = -Infinity;
    this.openLowest = Infinity;
  }
}

function finite(value: number): number {
  return value - value === 0 ? value : Number.NaN;
}
