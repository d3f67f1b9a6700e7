/**
 * The highest of the last `period` values, and of equal ones the oldest. For the lowest, give the values negated.
 *
 * NaN is passed over, but where it is the window's oldest value it is the result. Source of that rule: TA-Lib MIDPOINT and
 * MIDPRICE compare every value of a window with the oldest; its MAX differs. A row costs the same work at any period, taken over
 * a period.
 */
export class SlidingMaximum {
  private readonly window: Float64Array;
  private next = 0;
  private seen = 0;
  /** Where in the window those are that none after them exceeds, the oldest first; a ring. */
  private readonly leaders: Int32Array;
  private first = 0;
  private count = 0;

  constructor(period: number) {
    this.window = new Float64Array(period);
    this.leaders = new Int32Array(period);
  }

  /** Takes the next value. NaN until `period` values came. */
  update(value: number): number {
    const { window, next } = this;
    if (this.count > 0 && this.leaders[this.first] === next) this.dropFirst();
    window[next] = value;
    this.next = next + 1 === window.length ? 0 : next + 1;
    if (value === value) this.lead(value, next);
    if (this.seen < window.length && ++this.seen < window.length) return Number.NaN;
    const oldest = window[this.next];
    return oldest === oldest ? window[this.leaders[this.first]] : Number.NaN;
  }

  private dropFirst(): void {
    this.first = this.first + 1 === this.leaders.length ? 0 : this.first + 1;
    this.count--;
  }

  private lead(value: number, at: number): void {
    const { window, leaders } = this;
    const { length } = leaders;
    let end = this.first + this.count;
    while (end > this.first && window[leaders[end > length ? end - 1 - length : end - 1]] < value) end--;
    leaders[end >= length ? end - length : end] = at;
    this.count = end + 1 - this.first;
  }

  assign(from: SlidingMaximum): void {
    this.window.set(from.window);
    this.next = from.next;
    this.seen = from.seen;
    this.leaders.set(from.leaders);
    this.first = from.first;
    this.count = from.count;
  }
}
