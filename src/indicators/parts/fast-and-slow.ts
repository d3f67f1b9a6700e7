import type { Average, MaType } from './average.ts';
import { averageLookback, startAverage } from './start-average.ts';

export interface FastAndSlowValues {
  readonly fastPeriod: number;
  readonly slowPeriod: number;
  readonly maType: MaType;
}

/** How many rows have no slow average. */
export function fastAndSlowLookback({ fastPeriod, slowPeriod, maType }: FastAndSlowValues): number {
  return averageLookback(maType, Math.max(fastPeriod, slowPeriod));
}

/**
 * Two moving averages of one kind, each begun with the first value. The one of the shorter period is the fast one, whichever is
 * named so, as in TA-Lib's APO and PPO.
 */
export class FastAndSlow {
  /** The averages of the row that `update` took last, NaN in warm-up. */
  fast = Number.NaN;
  slow = Number.NaN;

  private readonly fastAverage: Average;
  private readonly slowAverage: Average;

  constructor({ fastPeriod, slowPeriod, maType }: FastAndSlowValues) {
    this.fastAverage = startAverage(maType, Math.min(fastPeriod, slowPeriod));
    this.slowAverage = startAverage(maType, Math.max(fastPeriod, slowPeriod));
  }

  update(value: number): void {
    this.fast = this.fastAverage.update(value);
    this.slow = this.slowAverage.update(value);
  }

  /** Writes the slow averages of rows `start` to `end` (exclusive) to `slow`, and gives the fast ones, the first for `start`. */
  run(values: Float64Array, slow: Float64Array, start: number, end: number): Float64Array {
    const fast = new Float64Array(end - start);
    this.fastAverage.run([values.subarray(start, end)], [fast], 0, fast.length);
    this.slowAverage.run([values], [slow], start, end);
    return fast;
  }

  assign(from: FastAndSlow): void {
    this.fastAverage.assign(from.fastAverage);
    this.slowAverage.assign(from.slowAverage);
  }
}
