import type { Numbers } from '../frame/index.ts';
import type { TimestampMs } from '../market/index.ts';

/** How many of these dates, which ascend, are before a moment that is close to the last one. */
export function rowsBefore(dates: Numbers, moment: TimestampMs): number {
  let rows = dates.length;
  while (rows > 0 && dates[rows - 1] >= moment) rows--;
  return rows;
}
