/**
 * The total of the last `period` values, the oldest once, the newest `period` times, kept up to date as TA-Lib's WMA does: never
 * summed afresh, so a NaN or an infinity stays for good.
 */
export class WeightedTotal {
  private readonly window: Float64Array;
  private next = 0;
  private seen = 0;
  /**
   * The plain total of the window before the newest value came; the next row's weighted total has each of its values once less.
   */
  private plain = 0;
  private weighted = 0;
  private oldest = 0;

  constructor(period: number) {
    this.window = new Float64Array(period);
  }

  /** Whether `update` has given a total. */
  get ready(): boolean {
    return this.seen === this.window.length;
  }

  update(value: number): number {
    const { window } = this;
    const period = window.length;
    window[this.next] = value;
    if (++this.next === period) this.next = 0;
    if (this.seen < period && ++this.seen < period) {
      this.plain += value;
      this.weighted += value * this.seen;
      return Number.NaN;
    }
    this.plain = this.plain + value - this.oldest;
    this.oldest = window[this.next];
    const total = this.weighted + value * period;
    this.weighted = total - this.plain;
    return total;
  }

  assign(from: WeightedTotal): void {
    this.window.set(from.window);
    this.next = from.next;
    this.seen = from.seen;
    this.plain = from.plain;
    this.weighted = from.weighted;
    this.oldest = from.oldest;
  }
}
