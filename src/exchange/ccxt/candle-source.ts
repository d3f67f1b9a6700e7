import {
  type Candle,
  type Candles,
  type PairKey,
  type Timeframe,
  type TimestampMs,
  candleOpen,
  candlesFrame,
  nextCandleOpen,
  noCandles,
  pairKeyText,
} from '../../market/index.ts';
import { type Clock, sleep } from '../../util/clock.ts';
import { isObject } from '../../util/is-object.ts';
import type { Logger } from '../../util/logger.ts';
import { timeText } from '../../util/time-text.ts';
import type { FetchCandlesOptions } from '../exchange.ts';
import { ExchangeError } from '../exchange-error.ts';
import { candlesOfRates, candlesOfRows } from './candle-rows.ts';
import type { CcxtCalls } from './ccxt-calls.ts';
import type { CcxtInstance } from './ccxt-instance.ts';
import type { ExchangeClock } from './exchange-clock.ts';
import type { LiveFeed } from './live-feed.ts';
import { newestCandles } from './newest-candles.ts';
import type { StreamNotes } from './stream-notes.ts';

/** So long after its end a candle may still change, as freqtrade has it too. */
const GRACE_MS = 1000;
/** So long after a candle's end its stream may tell that it has closed: hardly later than REST would. */
const STREAM_PATIENCE_MS = 1500;
/** A stream that so many times in a row did not tell of the candle due is quiet; the first one or two are its beginning. */
const QUIET_ANSWERS = 3;
/** REST is asked so many candles after it was last: of the ten that a bot asks for again, it looks each over twice. */
const REST_EVERY_CANDLES = 5;
/** A newest candle that closed so many candles ago is worth a line in the log. */
const LATE_CANDLES = 10;
/** Candles of each key that are looked at again: exchanges mend the newest ones, if any. */
const REMEMBERED = 3;
/** Keys of which is remembered what was given. */
const MOST_KEYS = 5000;
/** Of all pages that Binance's futures have, the one with most candles for what it counts against the rate limit. */
const BINANCE_FUTURES_PAGE = 499;
/** Candles and funding rates on a page where ccxt doesn't tell. */
const USUAL_PAGE = 500;
const USUAL_RATES_PAGE = 100;

export interface CandleSourceParts {
  readonly name: string;
  readonly instance: Pick<CcxtInstance, 'id' | 'features' | 'fetchOHLCV' | 'fetchFundingRateHistory'>;
  readonly calls: Pick<CcxtCalls, 'run'>;
  readonly clock: ExchangeClock;
  readonly wallClock: Clock;
  readonly logger: Logger;
  /** Where candles are streamed, and whose troubles are told. */
  readonly live: { readonly feed: LiveFeed; readonly notes: StreamNotes } | undefined;
}

/** Candles of a ccxt exchange: closed ones that will not change any more, from its streams where they hold them, else by REST. */
export class CandleSource {
  readonly #parts: CandleSourceParts;
  /** The newest closed candles given of each key, oldest first. */
  readonly #given = new Map<string, readonly Candle[]>();
  readonly #late = new Set<string>();
  /** Those whose last answer was older than one before. */
  readonly #stale = new Set<string>();
  /** How often in a row a stream that is followed had no answer. Streams are bounded, and so is this. */
  readonly #missed = new Map<string, number>();

  constructor(parts: CandleSourceParts) {
    this.#parts = parts;
  }

  /** As `Exchange.fetchCandles`, for a key that the exchange has. */
  async fetch(key: PairKey, options: FetchCandlesOptions): Promise<Candles> {
    const { live, clock } = this.#parts;
    const { limit, since = -Infinity, until = Infinity, includeOpen = false } = options;
    const [now, surely] = [clock.now(), clock.surely];
    const openNow = candleOpen(now, key.timeframe);
    if (until < openNow) return this.#older(key, { ...options, until });
    const isAsked = ({ date }: Candle) => date >= since && date < until;
    const streamed = await this.#streamed(key, since, openNow);
    options.signal?.throwIfAborted();
    const candles = streamed ?? (await this.#asked(key, options, openNow));
    if (streamed === undefined && (key.candleType === 'spot' || key.candleType === 'futures')) live?.feed.follow(key);
    const newest = candles.at(-1)?.date ?? -Infinity;
    const isClosed = ({ date }: Candle) => {
      const end = nextCandleOpen(date, key.timeframe);
      return end <= now && (date < newest || end <= surely);
    };
    const closed = candles.filter(isAsked).filter(isClosed);
    if (streamed === undefined && live?.feed.follows(key) && until === Infinity) {
      live.feed.compare(key, closed);
      live.feed.setBase(key, closed, wholeFrom(closed, options, openNow, key.timeframe), openNow);
    }
    this.#remember(key, closed);
    const open = includeOpen ? candles.filter(isAsked).find(({ date }) => date === openNow) : undefined;
    const rows = [...closed.slice(-limit), ...(open === undefined ? [] : [open])];
    return rows.length === 0 ? noCandles : candlesFrame(rows);
  }

  /** Candles of long ago: they change no more, no stream holds them, and they tell nothing of the newest. */
  async #older(key: PairKey, options: FetchCandlesOptions & { readonly until: TimestampMs }): Promise<Candles> {
    const { limit, since = 0, until, signal } = options;
    const { timeframe } = key;
    const fetchPage = (from: TimestampMs | undefined, size: number) => this.#page(key, from, size, signal);
    const pages = { timeframe, openNow: openFrom(until, timeframe), pageLimit: this.#pageLimit(key), fetchPage };
    const { candles } = await newestCandles(pages, { limit, since });
    const rows = candles.filter(({ date }) => date >= since && date < until).slice(-limit);
    return rows.length === 0 ? noCandles : candlesFrame(rows);
  }

  /** What the key's stream holds of it; undefined where REST is needed. */
  async #streamed(key: PairKey, since: TimestampMs, openNow: TimestampMs): Promise<readonly Candle[] | undefined> {
    const { live } = this.#parts;
    if (live === undefined || !Number.isFinite(since) || !live.feed.follows(key)) return undefined;
    const id = pairKeyText(key);
    // Not every correction is told by streams, and one that lost a message holds a candle that is not whole.
    const checked = live.feed.checkedAt(key) ?? 0;
    if (openNow >= nextCandleOpen(checked, key.timeframe, REST_EVERY_CANDLES)) return undefined;
    const from = openFrom(since, key.timeframe);
    const patience = openNow + STREAM_PATIENCE_MS - this.#parts.clock.now();
    const answer = await live.feed.closedSoon(key, from, openNow, patience);
    if (answer === undefined) {
      // Where it told of the candle that is due it is not quiet, only too young to hold all that is asked for.
      const told = live.feed.newest(key) ?? -Infinity;
      if (told >= nextCandleOpen(openNow, key.timeframe, -1)) return undefined;
      const missed = (this.#missed.get(id) ?? 0) + 1;
      this.#missed.set(id, missed);
      if (missed === QUIET_ANSWERS) live.notes.onTrouble(id, 'has been quiet');
      return undefined;
    }
    this.#missed.delete(id);
    live.feed.follow(key);
    live.notes.onAnswer(id);
    return answer.open === undefined ? answer.closed : [...answer.closed, answer.open];
  }

  async #asked(key: PairKey, options: FetchCandlesOptions, openNow: TimestampMs): Promise<readonly Candle[]> {
    const { limit, since = -Infinity, signal } = options;
    const { timeframe } = key;
    const given = this.#given.get(pairKeyText(key)) ?? [];
    const last = given.at(-1)?.date ?? Infinity;
    if (key.candleType !== 'funding_rate') await this.#untilSettled(openNow, signal);
    // Those given last are asked for again: an answer without them is older than the one before, and none of them may change.
    const isNext = since > last && openFrom(since, timeframe) === nextCandleOpen(last, timeframe);
    const fetchPage = (from: TimestampMs | undefined, size: number) => this.#page(key, from, size, signal);
    const pages = { timeframe, openNow, pageLimit: this.#pageLimit(key), fetchPage };
    const wanted = isNext ? { limit: limit + given.length, since: given[0].date } : { limit, since };
    const { candles, isBehind } = await newestCandles(pages, wanted);
    const newest = candles.at(-1)?.date ?? -Infinity;
    if (wanted.since <= last && last < Infinity && (isBehind || newest < last)) throw this.#onStale(key, last, newest);
    this.#onFresh(key);
    this.#compare(key, given, candles);
    this.#noteLateness(key, candles, openNow);
    return candles;
  }

  /** Waits until a candle that closed at `openNow` changes no more, so that asking once is enough. By the wall no longer than by the market. */
  async #untilSettled(openNow: TimestampMs, signal: AbortSignal | undefined): Promise<void> {
    const { clock, wallClock } = this.#parts;
    const left = openNow + GRACE_MS - clock.now();
    if (left <= 0) return;
    const over = new AbortController();
    const ended = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
    await Promise.race([sleep(clock, left, ended), sleep(wallClock, left, ended)]);
    over.abort();
    signal?.throwIfAborted();
  }

  #page(
    key: PairKey,
    since: TimestampMs | undefined,
    size: number,
    signal: AbortSignal | undefined,
  ): Promise<readonly Candle[]> {
    const { name, instance, calls } = this.#parts;
    const { pair, timeframe, candleType } = key;
    const what = `candles of ${pairKeyText(key)}`;
    const place = `${name}: ${what}`;
    return calls.run(what, signal, async () => {
      if (candleType === 'funding_rate') {
        return candlesOfRates(await instance.fetchFundingRateHistory(pair, since, size), place);
      }
      const isOwn = candleType === 'spot' || candleType === 'futures';
      const params = isOwn ? {} : { price: candleType };
      return candlesOfRows(await instance.fetchOHLCV(pair, timeframe, since, size, params), place, candleType);
    });
  }

  /** The most candles that the exchange gives at once, as ccxt knows it. */
  #pageLimit({ candleType }: PairKey): number {
    const { features, id } = this.#parts.instance;
    if (candleType !== 'spot' && candleType !== 'funding_rate' && id === 'binance') return BINANCE_FUTURES_PAGE;
    const [call, usual] =
      candleType === 'funding_rate' ? ['fetchFundingRateHistory', USUAL_RATES_PAGE] : ['fetchOHLCV', USUAL_PAGE];
    const path = candleType === 'spot' ? ['spot', call, 'limit'] : ['swap', 'linear', call, 'limit'];
    const limit = path.reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), features);
    return typeof limit === 'number' && limit >= 2 ? limit : usual;
  }

  #remember(key: PairKey, closed: readonly Candle[]): void {
    const id = pairKeyText(key);
    const before = this.#given.get(id) ?? [];
    const newest = closed.at(-1)?.date ?? -Infinity;
    if (newest < (before.at(-1)?.date ?? -Infinity) || closed.length === 0) return;
    this.#given.delete(id);
    this.#given.set(id, [...before.filter(({ date }) => date < closed[0].date), ...closed].slice(-REMEMBERED));
    const [oldest] = this.#given.keys();
    if (this.#given.size > MOST_KEYS) this.#given.delete(oldest);
  }

  /** One line when an exchange begins to answer with older candles than before, and one when it ends. */
  #onStale(key: PairKey, before: TimestampMs, newest: TimestampMs): ExchangeError {
    const error = this.#staleError(key, before, newest);
    const level = this.#stale.size === 0 ? 'warn' : 'debug';
    if (this.#stale.size < MOST_KEYS) this.#stale.add(pairKeyText(key));
    this.#parts.logger[level](`${error.message}; none is taken`, { pair: key.pair, timeframe: key.timeframe });
    return error;
  }

  #onFresh(key: PairKey): void {
    const { name, logger } = this.#parts;
    if (this.#stale.delete(pairKeyText(key)) && this.#stale.size === 0)
      logger.info(`${name}: candles are up to date again`);
  }

  #staleError(key: PairKey, before: TimestampMs, newest: TimestampMs): ExchangeError {
    const found = newest === -Infinity ? 'gave none' : `its newest is of ${timeText(newest)}`;
    const message = `${this.#parts.name}: candles of ${pairKeyText(key)} are older than before: it gave one of ${timeText(before)}, now ${found}`;
    return new ExchangeError('EXCHANGE_STALE_CANDLES', message, { value: newest });
  }

  /** Tells where candles that were given as closed have changed. */
  #compare(key: PairKey, given: readonly Candle[], candles: readonly Candle[]): void {
    const now = new Map(candles.map((candle) => [candle.date, candle]));
    const changed = given.find((candle) => isOther(candle, now.get(candle.date)));
    if (changed === undefined) return;
    const { name, logger } = this.#parts;
    const { pair, timeframe } = key;
    const message = `${name}: a closed candle of ${pairKeyText(key)} was changed: ${timeText(changed.date)}`;
    logger.warn(message, { pair, timeframe });
    const revised = given.map((candle) => now.get(candle.date) ?? candle);
    this.#given.set(pairKeyText(key), revised);
  }

  /** One line when a key's newest candle is long past, and one when it is not any more. */
  #noteLateness(key: PairKey, candles: readonly Candle[], openNow: TimestampMs): void {
    const { name, logger } = this.#parts;
    const id = pairKeyText(key);
    const newest = candles.at(-1)?.date;
    const isLate = newest !== undefined && newest < nextCandleOpen(openNow, key.timeframe, -LATE_CANDLES);
    const { pair, timeframe } = key;
    if (isLate && !this.#late.has(id)) {
      // Where an exchange is behind, all of its pairs are: one line is enough.
      const level = this.#late.size === 0 ? 'warn' : 'debug';
      if (this.#late.size < MOST_KEYS) this.#late.add(id);
      const meaning = 'nothing is traded, or the exchange is behind';
      logger[level](`${name}: the newest candle of ${id} is of ${timeText(newest)}: ${meaning}`, { pair, timeframe });
    } else if (!isLate && newest !== undefined && this.#late.delete(id)) {
      const level = this.#late.size === 0 ? 'info' : 'debug';
      logger[level](`${name}: candles of ${id} are up to date again`, { pair, timeframe });
    }
  }
}

/** From when on closed candles that REST gave are all that there are. */
function wholeFrom(
  closed: readonly Candle[],
  { limit, since }: FetchCandlesOptions,
  openNow: TimestampMs,
  timeframe: Timeframe,
): TimestampMs {
  const first = closed.at(0)?.date ?? openNow;
  if (since === undefined || !Number.isFinite(since) || since < 0) return first;
  return Math.min(first, Math.max(openFrom(since, timeframe), nextCandleOpen(openNow, timeframe, -limit)));
}

/** Whether a candle is there and has other figures. */
function isOther(candle: Candle, now: Candle | undefined): boolean {
  if (now === undefined) return false;
  return (['open', 'high', 'low', 'close', 'volume'] as const).some((name) => !Object.is(now[name], candle[name]));
}

/** The first candle that opened at `since` or later. */
function openFrom(since: TimestampMs, timeframe: Timeframe): TimestampMs {
  const open = candleOpen(since, timeframe);
  return open === since ? open : nextCandleOpen(open, timeframe);
}
