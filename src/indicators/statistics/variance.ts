import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { factor, options, rowCount } from '../define/settings.ts';
import { RollingVariance } from '../parts/rolling-variance.ts';

/**
 * The population variance of the last `timePeriod` values (1 to 100,000; 5 by default), the mean of their squares less the square
 * of their mean; the first after `timePeriod - 1` rows. `nbDev` (any number; 1 by default) is taken and has no effect, as in TA-Lib.
 *
 * These are TA-Lib's numbers to the bit, with their weakness: the absolute error is about 1e-16 × value², so a variance far below
 * that is noise, and may be negative. A NaN or an infinity stays for good. Source: TA-Lib VAR.
 */
export const variance = defineIndicator({
  name: 'variance',
  title: 'Variance',
  source: 'TA-Lib 0.6 VAR',
  input: oneSeries,
  output: oneColumn,
  settings: options({ timePeriod: rowCount(5, 1), nbDev: factor(1) }),
  lookback: ({ timePeriod }) => timePeriod - 1,
  start: ({ timePeriod }) => new RollingVariance(timePeriod),
});
