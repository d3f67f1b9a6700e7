import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { NEAR_ZERO } from '../parts/near-zero.ts';

/** Averages of gains and losses: plain over the first `period` changes, Wilder's smoothing after them. */
class RsiCore implements Core<number, number> {
  private readonly period: number;
  private previous = 0;
  /** Values seen, up to one more than the period. */
  private seen = 0;
  private gain = 0;
  private loss = 0;

  constructor(period: number) {
    this.period = period;
  }

  update(value: number): number {
    const change = value - this.previous;
    this.previous = value;
    if (this.seen <= this.period) return this.begin(change);
    const kept = this.period - 1;
    // Not a branch on the sign: it would be mispredicted in half of the rows.
    this.gain = (this.gain * kept + Math.max(change, 0)) / this.period;
    this.loss = (this.loss * kept + Math.max(-change, 0)) / this.period;
    return this.strength();
  }

  /** The first value has no change; those after it are totalled until `period` changes were seen. */
  private begin(change: number): number {
    if (this.seen++ === 0) return Number.NaN;
    this.gain += Math.max(change, 0);
    this.loss += Math.max(-change, 0);
    if (this.seen <= this.period) return Number.NaN;
    this.gain /= this.period;
    this.loss /= this.period;
    return this.strength();
  }

  private strength(): number {
    const total = this.gain + this.loss;
    return total > -NEAR_ZERO && total < NEAR_ZERO ? 0 : 100 * (this.gain / total);
  }

  assign(from: RsiCore): void {
    this.previous = from.previous;
    this.seen = from.seen;
    this.gain = from.gain;
    this.loss = from.loss;
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * Relative strength index, 0 to 100: the share of gains in the smoothed changes of the last values (`timePeriod` 2 to 100,000; 14
 * by default). 0 where nothing moved, or by less than 1e-14 on average. Source: TA-Lib RSI, after J. Welles Wilder (1978).
 */
export const rsi = defineIndicator({
  name: 'rsi',
  title: 'Relative Strength Index',
  source: 'TA-Lib 0.6 RSI',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(14),
  lookback: ({ timePeriod }) => timePeriod,
  start: ({ timePeriod }) => new RsiCore(timePeriod),
});
