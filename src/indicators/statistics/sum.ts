import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { RollingTotal } from '../parts/rolling-total.ts';

/**
 * The sum of the last `timePeriod` values (2 to 100,000; 30 by default); the first after `timePeriod - 1` rows.
 *
 * It is a running total, as TA-Lib's is: rounding errors add up over the rows, and a NaN or an infinity stays for good. Source:
 * TA-Lib SUM.
 */
export const sum = defineIndicator({
  name: 'sum',
  title: 'Summation',
  source: 'TA-Lib 0.6 SUM',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(30),
  lookback: ({ timePeriod }) => timePeriod - 1,
  start: ({ timePeriod }) => new RollingTotal(timePeriod),
});
