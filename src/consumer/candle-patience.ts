import { type Timeframe, timeframeMs } from '../market/index.ts';

const LONGEST_PATIENCE_MS = 60_000;

/**
 * How long after a candle's close, in milliseconds of the market's time, it may take to arrive before it counts as late: a
 * quarter of the timeframe and at most a minute. Clocks that differ by no more count as one.
 */
export function candlePatienceMs(timeframe: Timeframe): number {
  return Math.min(timeframeMs(timeframe) / 4, LONGEST_PATIENCE_MS);
}
