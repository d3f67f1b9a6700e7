import type { Core } from '../define/core.ts';

/**
 * The total of the last `period` values, as TA-Lib keeps it: the newest is added, and the oldest taken off after the total was
 * read. It is never summed afresh, so each row may add half a unit in the last place of the total: N rows drift by at most
 * N × 1.1e-16 of the largest total seen, and a NaN or an infinity stays for good.
 */
export class RollingTotal implements Core<number, number> {
  private readonly window: Float64Array;
  private next = 0;
  private seen = 0;
  private rest = 0;

  constructor(period: number) {
    this.window = new Float64Array(period);
  }

  /** Whether `update` has given a value. */
  get ready(): boolean {
    return this.seen === this.window.length;
  }

  update(value: number): number {
    const { window } = this;
    window[this.next] = value;
    if (++this.next === window.length) this.next = 0;
    const total = this.rest + value;
    if (this.seen < window.length && ++this.seen < window.length) {
      this.rest = total;
      return Number.NaN;
    }
    this.rest = total - window[this.next];
    return total;
  }

  assign(from: RollingTotal): void {
    this.window.set(from.window);
    this.next = from.next;
    this.seen = from.seen;
    this.rest = from.rest;
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}
