import type { Clock } from '../util/clock.ts';
import type { CandleType, Candles, Pair, PairKey, Timeframe, TimestampMs } from '../market/index.ts';

/** What a number has to lie within, ends included; an end that is not there is not limited. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** What an exchange accepts in an order. */
export interface MarketLimits {
  /** In the base currency. */
  readonly amount?: Range;
  /** In the quote currency. */
  readonly price?: Range;
  /** Amount times price, in the quote currency. */
  readonly cost?: Range;
  readonly leverage?: Range;
}

/** What an order costs, as a share of what it moves: 0.001 is a tenth of a percent. Negative where the exchange pays. */
export interface MarketFees {
  readonly maker: number;
  readonly taker: number;
}

/** One thing that is traded. */
export interface Market {
  readonly pair: Pair;
  readonly base: string;
  readonly quote: string;
  /** The currency that a future is settled in; undefined for spot. */
  readonly settle?: string;
  /** What candles there are of it. */
  readonly candleTypes: readonly CandleType[];
  /** Whether it is traded now. */
  readonly isActive: boolean;
  /** The smallest step of a price, in the quote currency, where it is known. */
  readonly pricePrecision?: number;
  /** The smallest step of an amount, in the base currency, where it is known. */
  readonly amountPrecision?: number;
  readonly limits?: MarketLimits;
  /** What everyone pays; what an account pays may be less. */
  readonly fees?: MarketFees;
}

/** How a pair is traded now. Figures without another word are of the last 24 hours; those that the exchange does not give are missing. */
export interface Ticker {
  readonly pair: Pair;
  /** When it was so, by the exchange's clock. */
  readonly time: TimestampMs;
  /** What was last paid. */
  readonly last: number;
  /** The best prices that stand in the order book now. */
  readonly bid?: number;
  readonly ask?: number;
  readonly open?: number;
  readonly high?: number;
  readonly low?: number;
  /** From `open` to `last`, in percent. */
  readonly percentage?: number;
  /** What was traded, in the base currency. */
  readonly baseVolume?: number;
  /** The same in the quote currency. */
  readonly quoteVolume?: number;
}

/** One price of an order book and the amount that stands there, in the base currency. */
export type BookLevel = readonly [price: number, amount: number];

/** What stands in an order book. */
export interface OrderBook {
  readonly pair: Pair;
  readonly time: TimestampMs;
  /** Dearest first. */
  readonly bids: readonly BookLevel[];
  /** Cheapest first. */
  readonly asks: readonly BookLevel[];
}

export interface FetchMarketsOptions {
  /** Rejects with the signal's reason when it aborts. */
  readonly signal?: AbortSignal;
}

export interface FetchTickersOptions {
  /** Of which pairs; all without it. */
  readonly pairs?: readonly Pair[];
  /** Rejects with the signal's reason when it aborts. */
  readonly signal?: AbortSignal;
}

export interface FetchOrderBookOptions {
  /** How many levels of a side at most: 1 to `deepestBook`, default 100. */
  readonly limit?: number;
  /** Rejects with the signal's reason when it aborts. */
  readonly signal?: AbortSignal;
}

export interface FetchCandlesOptions {
  /** How many closed candles at most, the newest ones: 1 to `longestFetch`. */
  readonly limit: number;
  /** Nothing that opened before this. */
  readonly since?: TimestampMs;
  /** Nothing that opened at this or after: with it, `limit` counts back from there, and history is read page by page. */
  readonly until?: TimestampMs;
  /** Whether the candle still open comes behind the closed ones, beyond `limit`. */
  readonly includeOpen?: boolean;
  /** Rejects with the signal's reason when it aborts. */
  readonly signal?: AbortSignal;
}

/**
 * A market. Whatever stands behind it, an answer is never from the future. A closed candle never changes, but where the exchange
 * `isRevised`: there it may come late, or be another when it is asked for again.
 * Every method rejects with `ExchangeError`, whose `kind` tells whether trying again can help.
 */
export interface Exchange {
  readonly name: string;
  /** The market's time, which may be compressed. Everything in a bot that is about candles goes by it. */
  readonly clock: Clock;
  /** What can be asked for, shortest first. */
  readonly timeframes: readonly Timeframe[];
  /**
   * Whether what closed may come late, or be corrected after it came: so of every exchange that is reached over a network. Those who
   * hold candles of it look twice.
   */
  readonly isRevised?: boolean;
  /** When a recording has nothing more to play; undefined where the market goes on. */
  readonly endsAt: TimestampMs | undefined;
  /** Everything that is traded. */
  fetchMarkets(options?: FetchMarketsOptions): Promise<readonly Market[]>;
  /**
   * Candles that have closed by `clock.now()`, oldest first, dates ascending and unique. A candle without trades is missing, as
   * are those before the market began. With `includeOpen` the one still open comes last, as its trades stand now; it is left out
   * while nothing is known of it.
   *
   * @throws ExchangeError EXCHANGE_UNKNOWN_PAIR, EXCHANGE_UNKNOWN_TIMEFRAME, EXCHANGE_UNKNOWN_CANDLE_TYPE,
   * EXCHANGE_BAD_OPTION, EXCHANGE_CLOSED, and for recordings those of reading their files.
   */
  fetchCandles(key: PairKey, options: FetchCandlesOptions): Promise<Candles>;
  /**
   * How pairs are traded now, one ticker a pair. A pair of which nothing is known yet has none.
   *
   * @throws ExchangeError EXCHANGE_UNKNOWN_PAIR, EXCHANGE_CLOSED, EXCHANGE_NOT_OFFERED; from outside those of kind `outside`.
   */
  fetchTickers(options?: FetchTickersOptions): Promise<readonly Ticker[]>;
  /**
   * What stands in a pair's order book now. Simulated and recorded markets have none, and make one around the last price.
   *
   * @throws ExchangeError EXCHANGE_UNKNOWN_PAIR, EXCHANGE_BAD_OPTION, EXCHANGE_CLOSED, EXCHANGE_NOT_OFFERED; from outside those
   * of kind `outside`.
   */
  fetchOrderBook(pair: Pair, options?: FetchOrderBookOptions): Promise<OrderBook>;
  /** Lets go of what it holds. Harmless when repeated. */
  close(): Promise<void>;
}
