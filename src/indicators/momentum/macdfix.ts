import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { namedColumns } from '../define/output-shape.ts';
import { options, rowCount } from '../define/settings.ts';
import { MacdCore } from './macd.ts';

const FAST_PERIOD = 12;
const SLOW_PERIOD = 26;
/** Appel's own, rounded from 2 / 13 and 2 / 27. */
const FAST_WEIGHT = 0.15;
const SLOW_WEIGHT = 0.075;

/**
 * Moving average convergence/divergence with Appel's fixed weights for the newest value, 0.15 and 0.075, in EMAs that begin
 * with the means of 12 and 26 values; only `signalPeriod` can be chosen (1 to 100,000; 9 by default). The outputs, their first
 * row (25 + `signalPeriod` - 1), the late begin of the fast EMA and a `signalPeriod` of 1 are as in `macd`. Source: TA-Lib
 * MACDFIX, after Gerald Appel (1979).
 */
export const macdfix = defineIndicator({
  name: 'macdfix',
  title: 'Moving Average Convergence/Divergence, Fixed 12/26',
  source: 'TA-Lib 0.6 MACDFIX',
  input: oneSeries,
  output: namedColumns('macd', 'macdSignal', 'macdHist'),
  settings: options({ signalPeriod: rowCount(9, 1) }),
  lookback: ({ signalPeriod }) => SLOW_PERIOD - 1 + signalPeriod - 1,
  start({ signalPeriod }) {
    const periods = { fastPeriod: FAST_PERIOD, slowPeriod: SLOW_PERIOD, signalPeriod };
    return new MacdCore(periods, FAST_WEIGHT, SLOW_WEIGHT);
  },
});
