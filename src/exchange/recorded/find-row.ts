import type { Numbers } from '../../frame/index.ts';
import { type Candles, type Timeframe, type TimestampMs, nextCandleOpen } from '../../market/index.ts';

/** How many of a file's candles had closed by `now`. */
export function closedCount(candles: Candles, timeframe: Timeframe, now: TimestampMs): number {
  const { date } = candles.columns;
  return firstWhere(date.length, (row) => nextCandleOpen(date[row], timeframe) > now);
}

/** The first row of a date not before `since`. */
export function firstFrom(dates: Numbers, since: TimestampMs): number {
  return firstWhere(dates.length, (row) => dates[row] >= since);
}

/** The first row for which a condition holds that, once true, stays true; `length` where it never does. */
function firstWhere(length: number, holds: (row: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
