import type { Exchange } from '../exchange/index.ts';
import {
  candleOpen,
  type Candles,
  nextCandleOpen,
  noCandles,
  type PairKey,
  pairKeyText,
  type TimestampMs,
} from '../market/index.ts';
import { rowsBefore } from './rows-before.ts';

/** Rows by which a run of candles may outgrow what is wanted, before its oldest ones are dropped. */
const SPARE_ROWS = 500;

interface Cached {
  candles: Candles;
  /** The open of the candle up to which the exchange was asked. */
  askedUpTo: TimestampMs;
}

/**
 * The closed candles of each pair and timeframe that a bot works on, fetched when one is due and at no other time.
 *
 * The oldest row changes seldom: rows are dropped many at once, since indicators computed from another first row differ in
 * their last digits everywhere, which a producer would have to send in full.
 */
export class CandleCache {
  readonly #exchange: Exchange;
  readonly #rows: number;
  readonly #cached = new Map<string, Cached>();

  /** @param rows how many are wanted of each. */
  constructor(exchange: Exchange, rows: number) {
    this.#exchange = exchange;
    this.#rows = rows;
  }

  get(key: PairKey): Candles {
    return this.#cached.get(pairKeyText(key))?.candles ?? noCandles;
  }

  /**
   * Fetches what has closed by `now` since the last time, if a candle is due; what closes later is left for another time, so that
   * all candles of a round are of one moment.
   *
   * @returns how many candles came.
   * @throws ExchangeError; the candles held stay as they were.
   */
  async refresh(key: PairKey, now: TimestampMs, signal?: AbortSignal): Promise<number> {
    const cached = this.#cached.get(pairKeyText(key));
    const openNow = candleOpen(now, key.timeframe);
    if (cached !== undefined && openNow <= cached.askedUpTo) return 0;

    const held = cached?.candles ?? noCandles;
    const last = held.last('date');
    const answer = await this.#exchange.fetchCandles(key, {
      limit: this.#rows + SPARE_ROWS,
      ...(last === undefined ? { limit: this.#rows } : { since: nextCandleOpen(last, key.timeframe) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const fetched = answer.head(rowsBefore(answer.columns.date, openNow));
    const candles = this.#trimmed(held.append(fetched));
    this.#cached.set(pairKeyText(key), { candles, askedUpTo: openNow });
    return fetched.length;
  }

  /** Whether everything that had closed by `moment` was fetched. */
  isUpTo(key: PairKey, moment: TimestampMs): boolean {
    const cached = this.#cached.get(pairKeyText(key));
    return cached !== undefined && cached.askedUpTo >= candleOpen(moment, key.timeframe);
  }

  #trimmed(candles: Candles): Candles {
    return candles.length > this.#rows + SPARE_ROWS ? candles.tail(this.#rows) : candles;
  }
}
