import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { RollingMinimum } from '../parts/rolling-minimum.ts';

/**
 * The lowest of the last `timePeriod` values (2 to 100,000; 30 by default); the first after `timePeriod - 1` rows.
 *
 * A NaN that comes later is passed over, save where it is the oldest value when the lowest before it has just left: that row is NaN.
 * TA-Lib's comparisons do so. Source: TA-Lib MIN.
 */
export const min = defineIndicator({
  name: 'min',
  title: 'Minimum',
  source: 'TA-Lib 0.6 MIN',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(30),
  lookback: ({ timePeriod }) => timePeriod - 1,
  start: ({ timePeriod }) => new RollingMinimum(timePeriod),
});
