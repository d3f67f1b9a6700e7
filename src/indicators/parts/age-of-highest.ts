/**
 * How many rows ago the highest of the last `rows` values came; of equal ones, the last. For the lowest, give the values negated.
 *
 * The highest is kept until it leaves the window or one at least as high comes; only when it leaves is the window searched, from
 * its oldest value on. So a NaN is passed over, unless it is the oldest when a search begins: then nothing compares with it, it
 * counts as the highest, and the next row searches again. Source of these rules: TA-Lib AROON.
 */
export class AgeOfHighest {
  age = 0;
  private readonly window: Float64Array;
  private next = 0;
  private seen = 0;
  private highest = -Infinity;

  constructor(rows: number) {
    this.window = new Float64Array(rows);
  }

  /** Whether `rows` values were taken. */
  get ready(): boolean {
    return this.seen === this.window.length;
  }

  update(value: number): void {
    const { window } = this;
    window[this.next] = value;
    if (++this.next === window.length) this.next = 0;
    if (this.seen < window.length) this.seen++;
    if (++this.age >= window.length) {
      this.search();
    } else if (value >= this.highest) {
      this.highest = value;
      this.age = 0;
    }
  }

  /** The oldest value stands where the next is going to. */
  private search(): void {
    const { window, next } = this;
    let highest = window[next];
    let at = next;
    for (let i = next + 1; i < window.length; i++) {
      if (window[i] >= highest) highest = window[(at = i)];
    }
    for (let i = 0; i < next; i++) {
      if (window[i] >= highest) highest = window[(at = i)];
    }
    this.highest = highest;
    this.age = at < next ? next - 1 - at : next - 1 - at + window.length;
  }

  assign(from: AgeOfHighest): void {
    this.age = from.age;
    this.window.set(from.window);
    this.next = from.next;
    this.seen = from.seen;
    this.highest = from.highest;
  }
}
