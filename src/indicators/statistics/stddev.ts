import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { factor, options, rowCount } from '../define/settings.ts';
import { NEAR_ZERO } from '../parts/near-zero.ts';
import { RollingVariance } from '../parts/rolling-variance.ts';

class StddevCore implements Core<number, number> {
  private readonly variance: RollingVariance;
  private readonly deviations: number;

  constructor(period: number, deviations: number) {
    this.variance = new RollingVariance(period);
    this.deviations = deviations;
  }

  update(value: number): number {
    const variance = this.variance.update(value);
    return variance < NEAR_ZERO ? 0 : Math.sqrt(variance) * this.deviations;
  }

  assign(from: StddevCore): void {
    this.variance.assign(from.variance);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * `nbDev` (any number; 1 by default) times the population standard deviation of the last `timePeriod` values (2 to 100,000; 5 by
 * default); the first after `timePeriod - 1` rows.
 *
 * It is the root of `variance`, and 0 where that is under 1e-14, as in TA-Lib. So it is 0 throughout for prices around 1e-7 and
 * less. A NaN or an infinity stays for good. Source: TA-Lib STDDEV.
 */
export const stddev = defineIndicator({
  name: 'stddev',
  title: 'Standard Deviation',
  source: 'TA-Lib 0.6 STDDEV',
  input: oneSeries,
  output: oneColumn,
  settings: options({ timePeriod: rowCount(5), nbDev: factor(1) }),
  lookback: ({ timePeriod }) => timePeriod - 1,
  start: ({ timePeriod, nbDev }) => new StddevCore(timePeriod, nbDev),
});
