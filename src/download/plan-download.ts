import { DAY_MS } from './day.ts';
import { type Timeframe, type TimestampMs, candleOpen, nextCandleOpen } from '../market/index.ts';
import type { Timerange } from './timerange.ts';

/** What of a pair and timeframe is fetched, by the opening of its candles. */
export interface DownloadPlan {
  /** The first candle. */
  readonly since: TimestampMs;
  /** The candle behind the last one. */
  readonly until: TimestampMs;
  /** `before` goes back in time from what the file holds, so that it never has a gap; `after` goes on from it. */
  readonly direction: 'before' | 'after';
  /** What of the wish is left out, and what would help. */
  readonly note?: string;
}

/** The openings of the first and last candle of a file. */
export interface HeldRange {
  readonly first: TimestampMs;
  readonly last: TimestampMs;
}

export interface PlanWish {
  readonly timeframe: Timeframe;
  readonly range: Timerange;
  /** How many days back a file that is not there yet begins, where the range does not say. */
  readonly newPairsDays: number;
  /** Whether what is older than the file is wanted, in place of what is newer. */
  readonly prepend: boolean;
  /** By the exchange's clock. */
  readonly now: TimestampMs;
}

/**
 * Which candles are missing, as freqtrade decides it: a file is continued from its last candle on, which is fetched again, and
 * never left with a gap; with `prepend` it grows to the front alone. `since` is not before `until` where nothing is missing.
 */
export function planDownload(held: HeldRange | undefined, wish: PlanWish): DownloadPlan {
  const { timeframe, range, newPairsDays, prepend, now } = wish;
  const from = firstOpening(range.from ?? now - newPairsDays * DAY_MS, timeframe);
  const closed = candleOpen(now, timeframe);
  const end =
    range.until === undefined
      ? closed
      : Math.min(closed, nextCandleOpen(candleOpen(range.until, timeframe), timeframe));
  if (held === undefined) return { since: from, until: end, direction: 'after' };
  if (prepend) return { since: from, until: Math.min(held.first, end), direction: 'before' };
  const isEarlierWanted = range.from !== undefined && from < held.first;
  const note = isEarlierWanted ? { note: 'what is older than the file is fetched with --prepend or --erase' } : {};
  return { since: held.last, until: end, direction: 'after', ...note };
}

/** When the first candle opens that does not open before a time. */
function firstOpening(time: TimestampMs, timeframe: Timeframe): TimestampMs {
  const open = candleOpen(time, timeframe);
  return open < time ? nextCandleOpen(open, timeframe) : open;
}
