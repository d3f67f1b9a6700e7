/** Gives back each value a fixed number of rows later. */
export class Lag {
  private readonly window: Float64Array;
  private next = 0;

  constructor(rows: number) {
    this.window = new Float64Array(rows).fill(Number.NaN);
  }

  /** Takes a value and gives the one from `rows` rows before, NaN where there was none. */
  shift(value: number): number {
    const { window, next } = this;
    const before = window[next];
    window[next] = value;
    this.next = next + 1 === window.length ? 0 : next + 1;
    return before;
  }

  assign(from: Lag): void {
    this.window.set(from.window);
    this.next = from.next;
  }
}
