import type { Core } from '../define/core.ts';

/**
 * The lowest of the last `period` values as TA-Lib finds it: it is held until it leaves the window, or until a value comes that is
 * as low or lower; only in the first case is the window searched, from its oldest value on.
 *
 * What NaN does follows from that, since it compares false: it is passed over, unless it is the oldest value when the window is
 * searched. Then it is the result, in that row and no other. Of 0 and -0 a search takes the older, a comparison the newer.
 */
export class RollingMinimum implements Core<number, number> {
  private readonly window: Float64Array;
  private next = 0;
  private seen = 0;
  private lowest = 0;
  /** For how many more rows the lowest value stays in the window. */
  private left = 0;

  constructor(period: number) {
    this.window = new Float64Array(period);
  }

  /** Takes the next value. NaN until `period` values came. */
  update(value: number): number {
    const { window } = this;
    window[this.next] = value;
    if (++this.next === window.length) this.next = 0;
    if (this.seen < window.length && ++this.seen < window.length) return Number.NaN;
    if (this.left === 0) {
      this.search();
    } else if (value <= this.lowest) {
      this.lowest = value;
      this.left = window.length - 1;
    } else {
      this.left--;
    }
    return this.lowest;
  }

  private search(): void {
    const { window, next } = this;
    let at = next;
    let lowest = window[next];
    for (let i = next + 1; i < window.length; i++) {
      if (!(window[i] < lowest)) continue;
      at = i;
      lowest = window[i];
    }
    for (let i = 0; i < next; i++) {
      if (!(window[i] < lowest)) continue;
      at = i;
      lowest = window[i];
    }
    this.lowest = lowest;
    this.left = at < next ? at - next + window.length : at - next;
  }

  assign(from: RollingMinimum): void {
    this.window.set(from.window);
    this.next = from.next;
    this.seen = from.seen;
    this.lowest = from.lowest;
    this.left = from.left;
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}
