import { type Exchange, ExchangeError } from '../exchange/index.ts';
import { candleOpen, type Candles, type Pair, type Timeframe, type TimestampMs } from '../market/index.ts';
import type { Logger } from '../util/logger.ts';
import { type Fetched, fetchRecent, type RecentRequest } from './fetch-recent.ts';

interface Kept {
  /** The opening of the candle during which it was asked for. */
  readonly asked: TimestampMs;
  readonly candles: Candles | ExchangeError;
}

/**
 * The newest candles of pairs, fetched once a candle. Handlers that look back equally far share them, as in freqtrade.
 *
 * What could not be fetched is asked for again the next time; until then a pair's older candles stand in, so that one failed
 * request moves no pair. Where the exchange says that there are no such candles, it is asked again with the next candle.
 */
export class RecentCandles {
  readonly #exchange: Exchange;
  readonly #logger: Logger;
  readonly #kept = new Map<string, Map<Pair, Kept>>();
  /** Timeframes of which the log says that there are failures. */
  readonly #told = new Set<Timeframe>();

  constructor(exchange: Exchange, logger: Logger) {
    this.#exchange = exchange;
    this.#logger = logger;
  }

  /** The candles of each pair, or why there are none. Throws as `fetchRecent` does. */
  async get(pairs: readonly Pair[], request: RecentRequest): Promise<Fetched> {
    const kept = this.#keptFor(request);
    const now = candleOpen(this.#exchange.clock.now(), request.timeframe);
    const missing = pairs.filter((pair) => !isFresh(kept.get(pair), now));
    for (const [pair, candles] of await this.fetch(missing, request)) {
      const older = kept.get(pair);
      const isStandIn = candles instanceof ExchangeError && older !== undefined;
      if (!isStandIn || older.candles instanceof ExchangeError) kept.set(pair, { asked: now, candles });
    }
    const answer = new Map<Pair, Candles | ExchangeError>();
    for (const pair of pairs) {
      const candles = kept.get(pair)?.candles;
      if (candles !== undefined) answer.set(pair, candles);
    }
    return answer;
  }

  /** The same, asked of the exchange in any case. */
  async fetch(pairs: readonly Pair[], request: RecentRequest): Promise<Fetched> {
    if (pairs.length === 0) return new Map();
    const fetched = await fetchRecent(this.#exchange, pairs, request);
    this.#note(fetched, request.timeframe);
    return fetched;
  }

  /** Failures that follow on each other are told of once. */
  #note(fetched: Fetched, timeframe: Timeframe): void {
    const failed = Array.from(fetched).filter(([, candles]) => candles instanceof ExchangeError);
    if (failed.length === 0) {
      this.#told.delete(timeframe);
      return;
    }
    if (this.#told.has(timeframe)) return;
    this.#told.add(timeframe);
    const [[pair, error]] = failed;
    const count = `${failed.length} of ${fetched.size} pairs`;
    const reason = error instanceof ExchangeError ? error.message : '';
    this.#logger.warn(`no ${timeframe} candles for the list of pairs, of ${count}, among them ${pair}: ${reason}`);
  }

  #keptFor({ timeframe, candleType, count }: RecentRequest): Map<Pair, Kept> {
    const name = `${timeframe} ${candleType} ${count}`;
    const kept = this.#kept.get(name) ?? new Map<Pair, Kept>();
    this.#kept.set(name, kept);
    return kept;
  }
}

function isFresh(kept: Kept | undefined, now: TimestampMs): boolean {
  if (kept === undefined || kept.asked !== now) return false;
  return !(kept.candles instanceof ExchangeError) || kept.candles.kind !== 'outside';
}
