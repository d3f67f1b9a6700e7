import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { options, rowCount } from '../define/settings.ts';
import { ExponentialMean } from '../parts/exponential-mean.ts';

/** The average of half the window, doubled, less that of the whole window; smoothed over the window's square root. */
export class HullMovingAverageCore implements Core<number, number> {
  private readonly half: ExponentialMean;
  private readonly whole: ExponentialMean;
  private readonly smooth: ExponentialMean;

  constructor(window: number, minPeriods: number) {
    // pandas has no span under 1, at which an average is the value itself.
    this.half = ExponentialMean.ofSpan(Math.max(window / 2, 1), minPeriods);
    this.whole = ExponentialMean.ofSpan(window, minPeriods);
    this.smooth = ExponentialMean.ofSpan(Math.sqrt(window), minPeriods);
  }

  update(value: number): number {
    return this.smooth.update(2 * this.half.update(value) - this.whole.update(value));
  }

  assign(from: HullMovingAverageCore): void {
    this.half.assign(from.half);
    this.whole.assign(from.whole);
    this.smooth.assign(from.smooth);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * Hull moving average as qtpylib has it, with little lag: 2 × the average over half of `window` (2 to 100,000; 200 by default), less
 * that over `window`, averaged over √window. Lookback 2 × (`minPeriods` - 1).
 *
 * All three averages are exponential (pandas' `ewm(span)`), where Alan Hull's are linearly weighted; freqtrade's `technical` calls the
 * same function. `minPeriods` (0 to 100,000; 0, the default, stands for `window`) is how many values an average takes before it gives
 * its first. A missing or infinite value leaves the averages as they are. Equal to qtpylib's numbers to the bit. Source:
 * `hull_moving_average` of qtpylib as vendored by freqtrade.
 */
export const hullMovingAverage = defineIndicator({
  name: 'hullMovingAverage',
  title: 'Hull Moving Average',
  source: "freqtrade's qtpylib hull_moving_average (technical 1.7) on pandas 3.1",
  input: oneSeries,
  output: oneColumn,
  settings: options({ window: rowCount(200), minPeriods: rowCount(0, 0) }),
  lookback: ({ window, minPeriods }) => 2 * ((minPeriods || window) - 1),
  start: ({ window, minPeriods }) => new HullMovingAverageCore(window, minPeriods || window),
});
