import type { Core } from '../define/core.ts';

/**
 * The population variance of the last `period` values as TA-Lib computes it: the mean of the squares less the square of the mean,
 * from two running totals. Its absolute error is about 1e-16 × value², so it can be slightly negative, and it loses all digits
 * where the spread is under a hundred-millionth of the values' size. `RollingMoments` has no such limit.
 */
export class RollingVariance implements Core<number, number> {
  private readonly window: Float64Array;
  private next = 0;
  private seen = 0;
  private total = 0;
  private squares = 0;

  constructor(period: number) {
    this.window = new Float64Array(period);
  }

  update(value: number): number {
    const { window } = this;
    const { length } = window;
    window[this.next] = value;
    if (++this.next === length) this.next = 0;
    const total = this.total + value;
    const squares = this.squares + value * value;
    if (this.seen < length && ++this.seen < length) {
      this.total = total;
      this.squares = squares;
      return Number.NaN;
    }
    const oldest = window[this.next];
    this.total = total - oldest;
    this.squares = squares - oldest * oldest;
    const mean = total / length;
    return squares / length - mean * mean;
  }

  assign(from: RollingVariance): void {
    this.window.set(from.window);
    this.next = from.next;
    this.seen = from.seen;
    this.total = from.total;
    this.squares = from.squares;
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}
