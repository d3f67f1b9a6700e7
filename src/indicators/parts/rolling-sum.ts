/**
 * The total of the last `window` rows, right to half a unit in the last place unless the values cancel to a millionth of a billionth
 * of their size. Values that are not finite count as missing rows, as in pandas.
 *
 * Nothing is ever subtracted from a total, so nothing drifts, whatever left the window before: rows are taken in blocks of `window`,
 * and a window is an end of the finished block and the open block so far, as in `RollingMoments`. Each total is kept as a double and
 * what rounding took from it, so values that cancel keep their digits. pandas subtracts what leaves the window, with two
 * compensations; its totals carry the rounding errors of all rows before.
 *
 * Sources: D. E. Knuth, The Art of Computer Programming, volume 2, 4.2.2 for the rounding error of an addition; M. van Herk (1992)
 * for the blocks.
 */
export class RollingSum {
  /** Of the values that are there; 0 where there is none. */
  total = 0;
  /** How many values are there. */
  count = 0;

  /** The open block's rows, and how many there are. */
  private readonly values: Float64Array;
  private filled = 0;

  /** The open block's total, what rounding took from it, and how many values it holds. */
  private sum = 0;
  private rest = 0;
  private held = 0;

  /** The same of the finished block from each row to its end, and of the empty end after it. */
  private readonly endSums: Float64Array;
  private readonly endRests: Float64Array;
  private readonly endHeld: Float64Array;

  constructor(window: number) {
    this.values = new Float64Array(window);
    this.endSums = new Float64Array(window + 1);
    this.endRests = new Float64Array(window + 1);
    this.endHeld = new Float64Array(window + 1);
  }

  /** Takes the next row; `total` and `count` are then those of the window that ends with it. */
  update(value: number): void {
    this.values[this.filled++] = value;
    this.add(value);
    const { filled, sum } = this;
    const end = this.endSums[filled];
    const total = sum + end;
    this.total = total + (roundingError(sum, end, total) + (this.rest + this.endRests[filled]));
    this.count = this.held + this.endHeld[filled];
    if (filled === this.values.length) this.finishBlock();
  }

  assign(from: RollingSum): void {
    this.total = from.total;
    this.count = from.count;
    this.values.set(from.values);
    this.filled = from.filled;
    this.sum = from.sum;
    this.rest = from.rest;
    this.held = from.held;
    this.endSums.set(from.endSums);
    this.endRests.set(from.endRests);
    this.endHeld.set(from.endHeld);
  }

  private add(value: number): void {
    // False for NaN and both infinities.
    if (!(value - value === 0)) return;
    const sum = this.sum + value;
    this.rest += roundingError(this.sum, value, sum);
    this.sum = sum;
    this.held++;
  }

  private finishBlock(): void {
    this.clear();
    for (let row = this.values.length - 1; row >= 0; row--) {
      this.add(this.values[row]);
      this.endSums[row] = this.sum;
      this.endRests[row] = this.rest;
      this.endHeld[row] = this.held;
    }
    this.clear();
    this.filled = 0;
  }

  private clear(): void {
    this.sum = 0;
    this.rest = 0;
    this.held = 0;
  }
}

/** What is missing from `sum`, the rounded a + b: exact, whichever of the two is larger. */
function roundingError(a: number, b: number, sum: number): number {
  const added = sum - a;
  return a - (sum - added) + (b - added);
}
