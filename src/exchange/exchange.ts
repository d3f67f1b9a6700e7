import type { Clock } from '../util/clock.ts';
import type { CandleType, Candles, Pair, PairKey, Timeframe, TimestampMs } from '../market/index.ts';

/** One thing that is traded. */
export interface Market {
  readonly pair: Pair;
  readonly base: string;
  readonly quote: string;
  /** What candles there are of it. */
  readonly candleTypes: readonly CandleType[];
  /** The smallest step of a price, in the quote currency, where it is known. */
  readonly pricePrecision?: number;
  /** The smallest step of an amount, in the base currency, where it is known. */
  readonly amountPrecision?: number;
}

export interface FetchCandlesOptions {
  /** How many closed candles at most, the newest ones: 1 to `longestFetch`. */
  readonly limit: number;
  /** Nothing that opened before this. */
  readonly since?: TimestampMs;
  /** Whether the candle still open comes behind the closed ones, beyond `limit`. */
  readonly includeOpen?: boolean;
  /** Rejects with the signal's reason when it aborts. */
  readonly signal?: AbortSignal;
}

/**
 * Where candles come from. Whatever stands behind it, an answer is never from the future, and a closed candle never changes.
 * Every method rejects with `ExchangeError`, whose `kind` tells whether trying again can help.
 */
export interface Exchange {
  readonly name: string;
  /** The market's time, which may be compressed. Everything in a bot that is about candles goes by it. */
  readonly clock: Clock;
  /** What can be asked for, shortest first. */
  readonly timeframes: readonly Timeframe[];
  /** When a recording has nothing more to play; undefined where the market goes on. */
  readonly endsAt: TimestampMs | undefined;
  fetchMarkets(): Promise<readonly Market[]>;
  /**
   * Candles that have closed by `clock.now()`, oldest first, dates ascending and unique. A candle without trades is missing, as
   * are those before the market began. With `includeOpen` the one still open comes last, as its trades stand now; it is left out
   * while nothing is known of it.
   *
   * @throws ExchangeError EXCHANGE_UNKNOWN_PAIR, EXCHANGE_UNKNOWN_TIMEFRAME, EXCHANGE_UNKNOWN_CANDLE_TYPE,
   * EXCHANGE_BAD_OPTION, EXCHANGE_CLOSED, and for recordings those of reading their files.
   */
  fetchCandles(key: PairKey, options: FetchCandlesOptions): Promise<Candles>;
  /** Lets go of what it holds. Harmless when repeated. */
  close(): Promise<void>;
}
