import { type Exchange, longestFetch } from '../exchange/index.ts';
import {
  type Candles,
  type PairKey,
  type TimestampMs,
  candleOpen,
  nextCandleOpen,
  noCandles,
  timeframeMs,
} from '../market/index.ts';
import type { Clock } from '../util/clock.ts';
import { refusals } from './refusal.ts';

/** Which candles of a key to look at. */
export interface CandleWindow {
  /** The moment to look at the market from: the candle open then comes last, as it stood then. Never later than now. */
  readonly asOf: TimestampMs;
  /** Nothing that opened before this: then the oldest `limit` candles from here on, without it the newest. */
  readonly from?: TimestampMs | undefined;
  /** Nothing that opened after this. */
  readonly until?: TimestampMs | undefined;
  /** How many candles at most, the open one among them. */
  readonly limit: number;
}

/** A market's candles at any moment up to now, by windows that begin anywhere. */
export interface MarketView {
  candles(key: PairKey, window: CandleWindow): Promise<Candles>;
  /** Closes what `openView` opened. */
  close(): Promise<void>;
}

/** Rounds of looking for candles behind a gap: each finds some or ends, so that only a market of mere gaps needs as many. */
const MOST_ROUNDS = 64;

/**
 * A view of an exchange. The port gives the newest candles only: with `openView`, which opens the same market once more under
 * a clock of the view's own, what was to be seen at an earlier moment is asked for as of that moment, however long ago. Without it
 * closed candles are cut from the newest `longestFetch`, and an earlier moment has no open candle.
 */
export function marketView(exchange: Exchange, openView?: (clock: Clock) => Exchange): MarketView {
  const past = openView === undefined ? undefined : pastLook(exchange.clock, openView);
  const look = past?.look ?? cuttingLook(exchange);
  return {
    close: async () => past?.close(),
    async candles(key, { asOf, from, until = Infinity, limit }) {
      // What opened by `until` is to be seen until just before the next one opens.
      const isCut = until < asOf;
      const end = isCut ? Math.min(asOf, nextCandleOpen(candleOpen(until, key.timeframe), key.timeframe)) : asOf;
      // A candle that opens just then opened after `until`.
      const last = isCut ? Math.min(until, end - 1) : until;
      if (from === undefined) return upTo(await look(key, { asOf: end, since: undefined, limit }), last).tail(limit);
      return oldest(look, key, { asOf: end, from, last, limit });
    },
  };
}

/** The newest `limit` closed candles from `since` on, and the open one, as they stood at `asOf`. */
type Look = (
  key: PairKey,
  options: { readonly asOf: TimestampMs; readonly since: TimestampMs | undefined; readonly limit: number },
) => Promise<Candles>;

function pastLook(clock: Clock, openView: (clock: Clock) => Exchange) {
  let shown = 0;
  const past = openView({ now: () => shown, setTimer: (callback, delayMs) => clock.setTimer(callback, delayMs) });
  let turn: Promise<unknown> = Promise.resolve();
  const look: Look = (key, { asOf, since, limit }) => {
    // One at a time: the view's clock must stand while it is asked.
    const answer = turn.then(() => {
      shown = asOf;
      return past.fetchCandles(key, { limit, includeOpen: true, ...(since === undefined ? {} : { since }) });
    });
    turn = answer.catch(() => {});
    return answer;
  };
  return { look, close: () => past.close() };
}

function cuttingLook(exchange: Exchange): Look {
  return async (key, { asOf, since, limit }) => {
    const { timeframe } = key;
    const now = exchange.clock.now();
    const isNow = asOf >= candleOpen(now, timeframe);
    const first = since ?? candleOpen(asOf, timeframe) - limit * timeframeMs(timeframe);
    const needed = isNow ? limit : Math.ceil((now - first) / timeframeMs(timeframe)) + 1;
    if (needed > longestFetch) throw refusals.tooFarBack(longestFetch);
    const bounded = since === undefined ? {} : { since };
    const all = await exchange.fetchCandles(key, { limit: Math.max(1, needed), includeOpen: isNow, ...bounded });
    return isNow
      ? all
      : all.slice(
          0,
          countWhere(all, (open) => nextCandleOpen(open, timeframe) <= asOf),
        );
  };
}

interface OldestOptions {
  readonly asOf: TimestampMs;
  readonly from: TimestampMs;
  readonly last: TimestampMs;
  readonly limit: number;
}

/** The oldest `limit` candles from `from` on: a window of as many, and where candles are missing in it the next ones. */
async function oldest(look: Look, key: PairKey, { asOf, from, last, limit }: OldestOptions): Promise<Candles> {
  const { timeframe } = key;
  let start = candleOpen(from, timeframe);
  if (start < from) start = nextCandleOpen(start, timeframe);
  let found = noCandles;
  for (let round = 0; round < MOST_ROUNDS && start <= asOf && start <= last && found.length < limit; round++) {
    const count = limit - found.length;
    const end = Math.min(asOf, nextCandleOpen(start, timeframe, count));
    const seen = await look(key, { asOf: end, since: start, limit: count });
    // Seen from the window's end, what opens there has hardly begun.
    const part = upTo(seen, end < asOf ? Math.min(last, end - 1) : last).slice(0, count);
    found = found.length === 0 ? part : found.append(part);
    if (end >= asOf) break;
    start = part.length > 0 ? end : await next(look, key, { asOf, since: end });
  }
  return found;
}

/** When the first candle from `since` on opens that is to be seen at `asOf`; Infinity where there is none. */
async function next(
  look: Look,
  key: PairKey,
  { asOf, since }: { readonly asOf: TimestampMs; readonly since: TimestampMs },
): Promise<TimestampMs> {
  const firstAt = async (moment: TimestampMs) =>
    (await look(key, { asOf: moment, since, limit: 1 })).columns.date[0] ?? Infinity;
  let [low, high, first] = [since, asOf, await firstAt(asOf)];
  // Whether there is any grows with time, so halving finds the moment of the first.
  while (first < Infinity && high - low > timeframeMs(key.timeframe)) {
    const middle = Math.floor((low + high) / 2);
    const seen = await firstAt(middle);
    if (seen === Infinity) low = middle;
    else [high, first] = [middle, Math.min(first, seen)];
  }
  return first;
}

function upTo(candles: Candles, last: TimestampMs): Candles {
  return candles.slice(
    0,
    countWhere(candles, (open) => open <= last),
  );
}

/** How many rows from the first on meet a condition that, once false, stays false. */
function countWhere(candles: Candles, holds: (open: TimestampMs) => boolean): number {
  const { date } = candles.columns;
  let count = date.length;
  while (count > 0 && !holds(date[count - 1])) count--;
  return count;
}
