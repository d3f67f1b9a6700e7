import { pairwiseSum } from './pairwise-sum.ts';

/**
 * The mean of the last `window` values, summed afresh in each row; NaN until there are as many. A NaN or an infinity counts in each
 * window that it falls in. The same bits as NumPy's mean over a sliding window, which qtpylib takes its simple averages from. The
 * work of a row grows with the window; nothing drifts.
 */
export class SummedMean {
  private readonly window: number;
  /** Each value twice, `window` apart, so that every window is one stretch. */
  private readonly values: Float64Array;
  private next = 0;
  private seen = 0;

  constructor(window: number) {
    this.window = window;
    this.values = new Float64Array(2 * window);
  }

  update(value: number): number {
    const { window, values, next } = this;
    values[next] = value;
    values[next + window] = value;
    this.next = next + 1 === window ? 0 : next + 1;
    if (this.seen < window && ++this.seen < window) return Number.NaN;
    return pairwiseSum(values, this.next, window) / window;
  }

  assign(from: SummedMean): void {
    this.values.set(from.values);
    this.next = from.next;
    this.seen = from.seen;
  }
}
