import {
  type Candle,
  type Timeframe,
  type TimestampMs,
  candleOpen,
  nextCandleOpen,
  timeframeMs,
} from '../../market/index.ts';

/** Where pages of candles come from, and what is known of them. */
export interface CandlePages {
  readonly timeframe: Timeframe;
  /** The most candles that one page holds. */
  readonly pageLimit: number;
  /** When the candle that is open now opened. */
  readonly openNow: TimestampMs;
  /**
   * At most `limit` candles from `since` on, oldest first; the newest ones without it. Ascending and unique. The exchange may give
   * others than were asked for.
   */
  fetchPage(since: TimestampMs | undefined, limit: number): Promise<readonly Candle[]>;
}

export interface NewestCandles {
  /** From the date wanted on, ascending and unique, the open one included where the exchange gives it. */
  readonly candles: readonly Candle[];
  /** Whether the exchange answered, but only with candles older than were asked for. */
  readonly isBehind: boolean;
}

/** Candles asked for beyond those that are missing: for exchanges that begin a page before the date asked for. */
const SPARE_CANDLES = 3;
/** Pages beyond those that the time spans: for exchanges that give less than a full page. */
const SPARE_PAGES = 16;
/** Pages farther back, where holes left fewer candles than were wanted. */
const MOST_PAGES_BACK = 4;

/**
 * The newest `limit` closed candles from `since` on, and the open one where it is given, in as few pages as the exchange's limit
 * allows. Pages may overlap, repeat or skip; an exchange that ignores `since` and gives its newest candles instead gives as many
 * as it does, without doubles.
 */
export async function newestCandles(
  pages: CandlePages,
  { limit, since = -Infinity }: { readonly limit: number; readonly since?: TimestampMs | undefined },
): Promise<NewestCandles> {
  const { timeframe, pageLimit, openNow } = pages;
  const earliest = nextCandleOpen(openNow, timeframe, -limit);
  const from = candleOpen(Math.max(since, earliest, 0), timeframe);
  if (from > openNow) return { candles: [], isBehind: false };
  // Without a date an exchange gives as many as are wanted even where some are missing.
  if (since === -Infinity && limit < pageLimit) {
    return { candles: await pages.fetchPage(undefined, limit + 1), isBehind: false };
  }
  const found = new Map<number, Candle>();
  const isBehind = await pageForward(pages, from, found);
  if (from === earliest && !isBehind) await pageBack(pages, { limit, since }, found);
  const candles = [...found.values()].filter(({ date }) => date >= since).sort((a, b) => a.date - b.date);
  return { candles, isBehind };
}

/** Adds what there is from `from` until now. Resolves with whether there were only older candles. */
async function pageForward(pages: CandlePages, from: TimestampMs, found: Map<number, Candle>): Promise<boolean> {
  const { timeframe, pageLimit, openNow } = pages;
  const before = nextCandleOpen(openNow, timeframe, -1);
  let cursor = from;
  const all = (openNow - from) / timeframeMs(timeframe) + 1;
  let [asked, filled, given] = [0, 0, 0];
  // An exchange that gives less than its page holds, on the average, is asked for as many pages more.
  for (; cursor <= openNow && asked < all / (given / filled || pageLimit) + SPARE_PAGES; asked++) {
    const needed = Math.round((openNow - cursor) / timeframeMs(timeframe)) + 1;
    const limit = Math.min(pageLimit, needed + SPARE_CANDLES);
    const page = await pages.fetchPage(cursor, limit);
    const fresh = page.filter(({ date }) => date >= cursor);
    if (fresh.length === 0 && page.length > 0) return found.size === 0;
    for (const candle of fresh) found.set(candle.date, candle);
    if (fresh.length > 0) filled += 1;
    given += fresh.length;
    const last = fresh.at(-1)?.date;
    // Where there was room for more, all that is missing is the open candle, and the exchange has none of it.
    if (last !== undefined && last >= before && limit > needed && page.length < limit) break;
    cursor =
      last === undefined
        ? nextCandleOpen(cursor, timeframe, limit)
        : nextCandleOpen(candleOpen(last, timeframe), timeframe);
  }
  return false;
}

/** Adds older candles where holes left fewer than `limit`. */
async function pageBack(
  pages: CandlePages,
  { limit, since }: { readonly limit: number; readonly since: TimestampMs },
  found: Map<number, Candle>,
): Promise<void> {
  const { timeframe, pageLimit, openNow } = pages;
  for (let page = 0; page < MOST_PAGES_BACK; page++) {
    const dates = [...found.keys()];
    const missing = limit - dates.filter((date) => date < openNow).length;
    if (missing <= 0 || dates.length === 0) return;
    const first = Math.min(...dates);
    const start = Math.max(0, nextCandleOpen(candleOpen(first, timeframe), timeframe, -pageLimit));
    const older = await pages.fetchPage(start, pageLimit);
    const fresh = older.filter(({ date }) => date < first && date >= since);
    if (fresh.length === 0) return;
    for (const candle of fresh) found.set(candle.date, candle);
  }
}
