import { type Exchange, ExchangeError } from '../exchange/index.ts';
import { type PairKey, type TimestampMs, candleOpen, nextCandleOpen, timeframeMs } from '../market/index.ts';
import { DAY_MS } from './day.ts';

/** Candles of the long timeframe that are asked for at most. */
const MOST_CANDLES = 1000;

/**
 * A time before which a pair has no candles, by those of a long timeframe: one request in the place of thousands that would be
 * answered with nothing. Undefined where it can't be told, and for recordings, whose files are of different times.
 */
export async function earliestOpening(
  exchange: Exchange,
  key: PairKey,
  signal: AbortSignal | undefined,
): Promise<TimestampMs | undefined> {
  const longest = exchange.timeframes.findLast((each) => timeframeMs(each) >= DAY_MS);
  if (exchange.endsAt !== undefined || longest === undefined) return undefined;
  if (timeframeMs(longest) <= timeframeMs(key.timeframe)) return undefined;
  const now = exchange.clock.now();
  try {
    const options = { limit: MOST_CANDLES, since: 0, includeOpen: true, ...(signal && { signal }) };
    const candles = await exchange.fetchCandles({ ...key, timeframe: longest }, options);
    if (candles.length === MOST_CANDLES) return undefined;
    // Some exchanges leave out the candle in which trading began.
    return nextCandleOpen(candles.at(0, 'date') ?? candleOpen(now, longest), longest, -1);
  } catch (error) {
    // There may be no candles of this type in that timeframe.
    if (error instanceof ExchangeError && error.kind === 'request') return undefined;
    throw error;
  }
}
