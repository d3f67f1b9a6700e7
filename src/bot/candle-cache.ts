import type { Exchange } from '../exchange/index.ts';
import { framesEqual } from '../frame/index.ts';
import {
  candleOpen,
  type Candles,
  fillHoles,
  nextCandleOpen,
  noCandles,
  type PairKey,
  pairKeyText,
  type Timeframe,
  type TimestampMs,
} from '../market/index.ts';
import { joinCandles } from './join-candles.ts';
import { rowsBefore } from './rows-before.ts';

/** Rows by which a run of candles may outgrow what is wanted, before its oldest ones are dropped. */
const SPARE_ROWS = 500;

/** So long after a look that did not find the newest candle there is another, in market time; the last one again and again. */
const LOOK_AGAIN_MS = [1_000, 2_000, 5_000, 10_000, 20_000, 60_000] as const;

/** Of an exchange that revises candles, so many are asked for again with the next one: in the same request. */
const CHECKED_AGAIN = 10;
/** And those back to the oldest without trades among this many: it may stand in a hole. */
const HOLES_CHECKED_WITHIN = 60;

interface Cached {
  readonly candles: Candles;
  /** The open of the candle up to which the exchange was asked. */
  readonly askedUpTo: TimestampMs;
  /** When to ask for the newest candle again; Infinity where it is there. */
  readonly lookAgainAt: TimestampMs;
  /** How often it was asked for in vain. */
  readonly looks: number;
}

/**
 * The closed candles of each pair and timeframe that a bot works on, fetched when one is due and at no other time; one that is
 * late is asked for again, first soon and then seldom. Holes are filled as freqtrade fills them, once a later candle is there.
 *
 * The oldest row changes seldom: rows are dropped many at once, since indicators computed from another first row differ in
 * their last digits everywhere, which a producer would have to send in full.
 */
export class CandleCache {
  readonly #exchange: Exchange;
  #rows: number;
  readonly #cached = new Map<string, Cached>();
  /** Goes up when everything is to be fetched anew. */
  #generation = 0;

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
   * @returns how many candles came, holes included.
   * @throws ExchangeError; the candles held stay as they were.
   */
  async refresh(key: PairKey, now: TimestampMs, signal?: AbortSignal): Promise<number> {
    const id = pairKeyText(key);
    const cached = this.#cached.get(id);
    const openNow = candleOpen(now, key.timeframe);
    const isDue = cached === undefined || openNow > cached.askedUpTo;
    if (!isDue && now < cached.lookAgainAt) return 0;
    // Should this fail: another look counts all the same, so that the next does not follow at once; and what is due is asked for
    // again by whoever asks, not by looking.
    const looked = isDue ? 0 : cached.looks + 1;
    const again = isDue ? Infinity : lookAgainAt(now, looked);
    if (cached !== undefined) this.#cached.set(id, { ...cached, looks: looked, lookAgainAt: again });

    const held = cached?.candles ?? noCandles;
    const generation = this.#generation;
    const candles = await this.#fetch(key, held, openNow, signal);
    // Meanwhile more may be wanted, or none.
    if (generation !== this.#generation) return 0;
    const isMissing =
      this.#exchange.isRevised === true && candles.last('date') !== candleOpen(openNow - 1, key.timeframe);
    const looks = isMissing ? Math.max(1, looked) : 0;
    this.#cached.set(id, {
      candles: this.#trimmed(candles),
      askedUpTo: openNow,
      looks,
      lookAgainAt: isMissing ? lookAgainAt(now, looks) : Infinity,
    });
    return candles.length - held.length;
  }

  /** The held candles with what the exchange has since, holes filled; the held ones themselves where nothing is new. */
  async #fetch(key: PairKey, held: Candles, openNow: TimestampMs, signal: AbortSignal | undefined): Promise<Candles> {
    const since = this.#since(held, key.timeframe);
    const answer = await this.#exchange.fetchCandles(key, {
      limit: this.#rows + SPARE_ROWS,
      ...(since === undefined ? { limit: this.#rows } : { since }),
      ...(signal === undefined ? {} : { signal }),
    });
    const joined = joinCandles(held, answer.head(rowsBefore(answer.columns.date, openNow)));
    // What is no price cannot be carried forward.
    const isFilled = joined !== held && key.candleType !== 'funding_rate';
    const candles = isFilled ? fillHoles(joined, key.timeframe) : joined;
    return candles.length === held.length && framesEqual(candles, held) ? held : candles;
  }

  /** Whether everything that had closed by `moment` was fetched, and nothing of it is looked for any more. */
  isUpTo(key: PairKey, moment: TimestampMs): boolean {
    const cached = this.#cached.get(pairKeyText(key));
    const isLate = cached !== undefined && cached.lookAgainAt < Infinity;
    return cached !== undefined && !isLate && cached.askedUpTo >= candleOpen(moment, key.timeframe);
  }

  /** Whether a candle that is late is being looked for. */
  isLookingFor(key: PairKey): boolean {
    return (this.#cached.get(pairKeyText(key))?.lookAgainAt ?? Infinity) < Infinity;
  }

  /** When a candle that is late should be asked for again; Infinity where none is. */
  get nextLook(): TimestampMs {
    let earliest = Infinity;
    for (const { lookAgainAt } of this.#cached.values()) earliest = Math.min(earliest, lookAgainAt);
    return earliest;
  }

  /** Wants so many of each from now on. Where they are more than before, all are fetched anew. */
  want(rows: number): void {
    if (rows > this.#rows) {
      this.#cached.clear();
      this.#generation++;
    }
    this.#rows = rows;
  }

  /** Lets go of the candles of all but these. */
  keepOnly(keys: ReadonlySet<string>): void {
    for (const id of this.#cached.keys()) if (!keys.has(id)) this.#cached.delete(id);
  }

  /** From which candle on to ask; undefined where there is none yet. */
  #since(held: Candles, timeframe: Timeframe): TimestampMs | undefined {
    const { date, volume } = held.columns;
    if (date.length === 0) return undefined;
    if (this.#exchange.isRevised !== true) return nextCandleOpen(date[date.length - 1], timeframe);
    let first = Math.max(0, date.length - CHECKED_AGAIN);
    for (let row = first - 1; row >= date.length - HOLES_CHECKED_WITHIN && row >= 0; row--)
      if (volume[row] === 0) first = row;
    return date[first];
  }

  #trimmed(candles: Candles): Candles {
    return candles.length > this.#rows + SPARE_ROWS ? candles.tail(this.#rows) : candles;
  }
}

/** @param looks how many looks there will have been, this one included. */
function lookAgainAt(now: TimestampMs, looks: number): TimestampMs {
  return now + LOOK_AGAIN_MS[Math.min(looks, LOOK_AGAIN_MS.length) - 1];
}
