import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { oneOf, options, rowCount } from '../define/settings.ts';
import { maTypes } from '../parts/average.ts';
import { FastAndSlow, type FastAndSlowValues, fastAndSlowLookback } from '../parts/fast-and-slow.ts';
import { NEAR_ZERO } from '../parts/near-zero.ts';

class PpoCore implements Core<number, number> {
  private readonly averages: FastAndSlow;

  constructor(values: FastAndSlowValues) {
    this.averages = new FastAndSlow(values);
  }

  update(value: number): number {
    const { averages } = this;
    averages.update(value);
    return percentAbove(averages.fast, averages.slow);
  }

  assign(from: PpoCore): void {
    this.averages.assign(from.averages);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    const fast = this.averages.run(values, out, start, end);
    for (let i = start; i < end; i++) out[i] = percentAbove(fast[i - start], out[i]);
  }
}

function percentAbove(fast: number, slow: number): number {
  return slow > -NEAR_ZERO && slow < NEAR_ZERO ? 0 : ((fast - slow) / slow) * 100;
}

/**
 * Percentage price oscillator: by how many percent the fast moving average is above the slow one (`fastPeriod` 12, `slowPeriod`
 * 26 by default, each 2 to 100,000), both of one kind (`maType`, 'sma' by default); the first when the slow average has its
 * first. Around 0. 0 where the slow average is within 1e-14 of 0.
 *
 * Kept as TA-Lib has it: the shorter period is the fast one, whichever is named so. With 'mama', which has no period, it is 0.
 * Source: TA-Lib PPO.
 */
export const ppo = defineIndicator({
  name: 'ppo',
  title: 'Percentage Price Oscillator',
  source: 'TA-Lib 0.6 PPO',
  input: oneSeries,
  output: oneColumn,
  settings: options({ fastPeriod: rowCount(12), slowPeriod: rowCount(26), maType: oneOf(maTypes, 'sma') }),
  lookback: fastAndSlowLookback,
  start: (values) => new PpoCore(values),
});
