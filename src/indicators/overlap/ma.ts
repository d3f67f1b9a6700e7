import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { oneOf, options, rowCount } from '../define/settings.ts';
import { maTypes } from '../parts/average.ts';
import { averageLookback, startAverage } from '../parts/start-average.ts';

/**
 * A moving average of the kind `maType` ('sma' by default) over `timePeriod` values (1 to 100,000; 30 by default): the indicator
 * of that name, with its lookback. Over 1 value it is a copy, of whatever kind and without a lookback; 'mama' is the first output
 * of `mama` with its usual limits, whatever the period above 1; 't3' has its usual volume factor, 0.7. TA-Lib's numbers to the
 * bit, save 'mama', which is as near as `mama`. Source: TA-Lib MA.
 */
export const ma = defineIndicator({
  name: 'ma',
  title: 'Moving Average',
  source: 'TA-Lib 0.6 MA',
  input: oneSeries,
  output: oneColumn,
  settings: options({ timePeriod: rowCount(30, 1), maType: oneOf(maTypes, 'sma') }),
  lookback: ({ timePeriod, maType }) => averageLookback(maType, timePeriod),
  start: ({ timePeriod, maType }) => startAverage(maType, timePeriod),
});
