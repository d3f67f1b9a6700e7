/**
 * The straight line with the least squared distance from the last `period` values. Its x is 0 at the oldest of them and
 * `period - 1` at the newest. The sums are made afresh in each row, from the oldest value to the newest, since TA-Lib does so.
 */
export class RegressionLine {
  /** The change from row to row; NaN until `period` values came. */
  slope = Number.NaN;
  /** The height at the oldest value; NaN until `period` values came. */
  intercept = Number.NaN;

  private readonly window: Float64Array;
  private readonly totalX: number;
  private readonly divisor: number;
  private next = 0;
  private seen = 0;

  constructor(period: number) {
    this.window = new Float64Array(period);
    const pairs = Math.imul(period, period - 1);
    this.totalX = pairs * 0.5;
    this.divisor = this.totalX * this.totalX - period * totalOfSquares(pairs, period);
  }

  update(value: number): void {
    const { window } = this;
    window[this.next] = value;
    if (++this.next === window.length) this.next = 0;
    if (this.seen < window.length && ++this.seen < window.length) return;
    this.fit();
  }

  private fit(): void {
    const { window, next, totalX } = this;
    const { length } = window;
    let total = 0;
    let products = 0;
    let weight = length;
    for (let i = next; i < length; i++) {
      total += window[i];
      products += --weight * window[i];
    }
    for (let i = 0; i < next; i++) {
      total += window[i];
      products += --weight * window[i];
    }
    this.slope = (length * products - totalX * total) / this.divisor;
    this.intercept = (total - this.slope * totalX) / length;
  }

  assign(from: RegressionLine): void {
    this.window.set(from.window);
    this.slope = from.slope;
    this.intercept = from.intercept;
    this.next = from.next;
    this.seen = from.seen;
  }
}

/**
 * 0² + 1² + … + (period - 1)², in 32 bits as TA-Lib has it: right up to a period of 1,290, and wrong, and so is the line, from 1,291
 * on. `pairs`, period × (period - 1), is wrong from 46,342 on.
 */
function totalOfSquares(pairs: number, period: number): number {
  return Math.floor((Math.imul(pairs, 2 * period - 1) >>> 0) / 6);
}
