/**
 * Mean and sample variance of the last `window` rows. Values that are not finite count as missing rows, as in pandas.
 *
 * Nothing is ever subtracted from a total, so nothing cancels and nothing drifts, whatever left the window before. Rows are taken
 * in blocks of `window`; a window is then an end of the finished block and the open block so far. When a block is finished, the
 * moments of all its ends are computed in one backward sweep; the open block's grow row by row; and the moments of two groups
 * combine. Each group is measured from one of its own values, so a spread far below the values' size keeps its digits, and equal
 * values have a variance of exactly 0. The deviation is right to a few times `window` × 1e-16 of itself for any input whose squared
 * differences are in the range of a double. A row costs the same work at any window, taken over a block.
 *
 * Sources: B. P. Welford (1962) for adding a value; Chan, Golub and LeVeque (1979) for combining groups; M. van Herk (1992) for
 * the blocks.
 */
export class RollingMoments {
  /** NaN where the window holds no value. */
  mean = Number.NaN;
  /** Divided by one less than the number of values; NaN where there is only one, or none. */
  variance = Number.NaN;

  /** The open block's rows, and how many there are. */
  private readonly values: Float64Array;
  private filled = 0;

  /** The open block's moments: how many values, the first of them, the mean less that, the squared distances from the mean. */
  private count = 0;
  private reference = 0;
  private offset = 0;
  private spread = 0;

  /** The finished block's moments from each row to its end (count, offset, spread), and those of the empty end after it. */
  private readonly ends: Float64Array;
  private endReference = 0;

  /** 1 / n. A multiplication is a third of a division, and the moments of a row wait for those of the row before. */
  private readonly inverse: Float64Array;

  constructor(window: number) {
    this.values = new Float64Array(window);
    this.ends = new Float64Array(3 * (window + 1));
    this.inverse = new Float64Array(window + 1);
    for (let n = 1; n <= window; n++) this.inverse[n] = 1 / n;
  }

  /** Takes the next row; `mean` and `variance` are then those of the window that ends with it. */
  update(value: number): void {
    this.values[this.filled++] = value;
    this.add(value);
    this.combine(3 * this.filled);
    if (this.filled === this.values.length) this.finishBlock();
  }

  assign(from: RollingMoments): void {
    this.mean = from.mean;
    this.variance = from.variance;
    this.values.set(from.values);
    this.filled = from.filled;
    this.count = from.count;
    this.reference = from.reference;
    this.offset = from.offset;
    this.spread = from.spread;
    this.ends.set(from.ends);
    this.endReference = from.endReference;
  }

  private add(value: number): void {
    // False for NaN and both infinities.
    if (!(value - value === 0)) return;
    if (this.count === 0) this.reference = value;
    const distance = value - this.reference;
    const change = distance - this.offset;
    const offset = this.offset + change * this.inverse[++this.count];
    this.spread += change * (distance - offset);
    this.offset = offset;
  }

  /** The moments of the window: those of the end of the finished block at `end` together with the open block's. */
  private combine(end: number): void {
    const { ends, count } = this;
    const before = ends[end];
    const total = count + before;
    let { reference, offset, spread } = this;
    if (before > 0) {
      const gap = reference - this.endReference + (offset - ends[end + 1]);
      const shift = count === 0 ? 0 : gap * count * this.inverse[total];
      reference = this.endReference;
      offset = ends[end + 1] + shift;
      spread += ends[end + 2] + (count === 0 ? 0 : gap * shift * before);
    }
    this.mean = total > 0 ? reference + offset : Number.NaN;
    this.variance = total > 1 ? spread * this.inverse[total - 1] : Number.NaN;
  }

  private finishBlock(): void {
    const { ends } = this;
    this.clear();
    for (let row = this.values.length - 1; row >= 0; row--) {
      this.add(this.values[row]);
      ends[3 * row] = this.count;
      ends[3 * row + 1] = this.offset;
      ends[3 * row + 2] = this.spread;
    }
    this.endReference = this.reference;
    this.clear();
    this.filled = 0;
  }

  private clear(): void {
    this.count = 0;
    this.reference = 0;
    this.offset = 0;
    this.spread = 0;
  }
}
