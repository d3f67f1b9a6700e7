import {
  type CandleType,
  type Candles,
  type Pair,
  type PairKey,
  type Timeframe,
  type TimestampMs,
  baseOf,
  candleOpen,
  candlesFrame,
  noCandles,
  quoteOf,
  settleOf,
  timeframeMs,
} from '../../market/index.ts';
import type { Clock } from '../../util/clock.ts';
import { bookDepth, checkFetchOptions, checkPair, closedError, seenAt } from '../check-request.ts';
import type { Exchange, Market } from '../exchange.ts';
import type { CandleFile, DataFolder } from './data-folder.ts';
import { fileOf, offersOf } from './file-of.ts';
import { closedCount, firstFrom } from './find-row.ts';
import { bookOf, lastDay, tickerOf } from './last-day.ts';

export interface RecordedExchangeOptions {
  /** From `openDataFolder`. Belongs to the exchange from then on: closing one lets go of the other's candles. */
  readonly folder: DataFolder;
  /** Its speed is the speed of playing; where it stands is what has happened. */
  readonly clock: Clock;
  /** When there is nothing more to play: `playbackRange` tells it for the keys that a bot goes by. */
  readonly endsAt: TimestampMs;
  readonly name?: string;
}

/**
 * Plays the candles of a data folder as if they came now: what can be seen at any time is what had closed by then, holes and all.
 *
 * The open candle is made of the pair's candles of shorter timeframes that have closed within it, of the shortest that has any;
 * without such candles there is none. It can differ from the closed one that follows where the files differ.
 */
export function recordedExchange(options: RecordedExchangeOptions): Exchange {
  const { folder, clock, endsAt, name = 'recorded' } = options;
  let closed = false;
  return {
    name,
    clock,
    endsAt,
    timeframes: timeframesOf(folder),
    async fetchMarkets({ signal } = {}) {
      signal?.throwIfAborted();
      return marketsOf(folder);
    },
    async fetchCandles(key, request) {
      if (closed) throw closedError(name);
      checkFetchOptions(request);
      const { limit, since = -Infinity, until, includeOpen = false, signal } = request;
      const all = await folder.load(fileOf(folder, key));
      const finer = includeOpen ? await loadFiner(folder, key) : [];
      signal?.throwIfAborted();
      // Read once, so that the closed candles and the open one are of the same moment.
      const now = clock.now();
      const seen = seenAt(now, until, key.timeframe);
      const end = closedCount(all, key.timeframe, seen);
      const start = Math.max(end - limit, firstFrom(all.columns.date, since));
      const candles = all.slice(Math.min(start, end), end);
      const open = includeOpen && seen === now ? openCandle(finer, key.timeframe, now) : noCandles;
      return open.length > 0 && open.columns.date[0] >= since ? candles.append(open) : candles;
    },
    async fetchTickers({ pairs, signal } = {}) {
      if (closed) throw closedError(name);
      signal?.throwIfAborted();
      const files = finestFiles(folder);
      const asked = pairs === undefined ? [...files.keys()] : [...new Set(pairs)];
      for (const pair of asked) checkPair(`the data folder ${folder.path}`, files, pair);
      const days = await Promise.all(asked.map(async (pair) => lastDay(folder, files.get(pair), clock)));
      signal?.throwIfAborted();
      return days.filter((day) => day !== undefined).map(tickerOf);
    },
    async fetchOrderBook(pair, request = {}) {
      if (closed) throw closedError(name);
      const depth = bookDepth(request);
      const files = finestFiles(folder);
      checkPair(`the data folder ${folder.path}`, files, pair);
      const day = await lastDay(folder, files.get(pair), clock);
      request.signal?.throwIfAborted();
      return day ? bookOf(day, depth) : { pair, time: clock.now(), bids: [], asks: [] };
    },
    async close() {
      closed = true;
      folder.forget();
    },
  };
}

interface FinerCandles {
  readonly timeframe: Timeframe;
  readonly candles: Candles;
}

/** The pair's candles of all shorter timeframes, shortest first. */
async function loadFiner(folder: DataFolder, key: PairKey): Promise<readonly FinerCandles[]> {
  const files = folder.files
    .filter((file) => file.key.pair === key.pair && file.key.candleType === key.candleType)
    .filter((file) => timeframeMs(file.key.timeframe) < timeframeMs(key.timeframe))
    .sort((a, b) => timeframeMs(a.key.timeframe) - timeframeMs(b.key.timeframe));
  const load = async (file: CandleFile) => ({ timeframe: file.key.timeframe, candles: await folder.load(file) });
  return Promise.all(files.map(load));
}

/** The candle that is open at `now`, of the finest candles that have closed within it; no rows where there are none. */
function openCandle(finer: readonly FinerCandles[], timeframe: Timeframe, now: TimestampMs): Candles {
  const open = candleOpen(now, timeframe);
  for (const { timeframe: step, candles } of finer) {
    const { date, ...columns } = candles.columns;
    const [start, end] = [firstFrom(date, open), closedCount(candles, step, now)];
    if (start >= end) continue;
    const sum = { date: open, open: columns.open[start], high: -Infinity, low: Infinity, close: 0, volume: 0 };
    for (let row = start; row < end; row++) {
      sum.high = Math.max(sum.high, columns.high[row]);
      sum.low = Math.min(sum.low, columns.low[row]);
      sum.close = columns.close[row];
      sum.volume += columns.volume[row];
    }
    return candlesFrame([sum]);
  }
  return noCandles;
}

/** Of each pair that is traded the file with the shortest candles: mark prices and funding rates alone make no ticker. */
function finestFiles(folder: DataFolder): ReadonlyMap<Pair, CandleFile> {
  const finest = new Map<Pair, CandleFile>();
  for (const file of folder.files) {
    const { pair, timeframe, candleType } = file.key;
    if (candleType !== 'spot' && candleType !== 'futures') continue;
    const known = finest.get(pair)?.key.timeframe;
    if (known === undefined || timeframeMs(timeframe) < timeframeMs(known)) finest.set(pair, file);
  }
  return finest;
}

function timeframesOf(folder: DataFolder): readonly Timeframe[] {
  const all = new Set(folder.files.map((file) => file.key.timeframe));
  return [...all].sort((a, b) => timeframeMs(a) - timeframeMs(b));
}

function marketsOf(folder: DataFolder): readonly Market[] {
  const pairs = new Map(folder.files.map(({ key }) => [key.pair, key.pair]));
  const offers = offersOf(folder);
  return [...pairs.keys()].map((pair) => {
    const candleTypes: readonly CandleType[] = [...(offers.get(pair)?.keys() ?? [])];
    const [base, quote, settle] = [baseOf(pair), quoteOf(pair), settleOf(pair)];
    if (settle === undefined) return { pair, base, quote, candleTypes, isActive: true };
    return { pair, base, quote, settle, candleTypes, isActive: true };
  });
}
