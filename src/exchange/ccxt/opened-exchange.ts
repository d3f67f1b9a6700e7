import { type Pair, type Timeframe, isTimeframe, timeframeMs } from '../../market/index.ts';
import type { Clock } from '../../util/clock.ts';
import { isObject } from '../../util/is-object.ts';
import type { Logger } from '../../util/logger.ts';
import type { Random } from '../../util/random.ts';
import { type Offer, bookDepth, checkFetchOptions, checkKey, checkPair, closedError } from '../check-request.ts';
import type { Exchange, Market, OrderBook, Ticker } from '../exchange.ts';
import { ExchangeError } from '../exchange-error.ts';
import { CandleSource } from './candle-source.ts';
import type { CcxtCalls } from './ccxt-calls.ts';
import type { CcxtExchangeOptions } from './ccxt-exchange-options.ts';
import { type CcxtInstance, supports } from './ccxt-instance.ts';
import type { ExchangeClock } from './exchange-clock.ts';
import { LiveFeed } from './live-feed.ts';
import { LiveTickers } from './live-tickers.ts';
import { type TradingMode, marketsOf } from './market-of.ts';
import { StreamNotes } from './stream-notes.ts';
import { orderBookOf, tickerOf } from './ticker-of.ts';

/** Markets and the difference of clocks are looked up anew after an hour. */
const REFRESH_MS = 3_600_000;
/** Where a clock seems to have been set, they are compared anew, but not more often. */
const LEAST_MEASURE_MS = 60_000;
/** Exchanges without a call for all tickers are asked pair by pair, up to so many. */
const MOST_SINGLE_TICKERS = 20;

/** What an exchange is made of. */
export interface OpenedParts {
  readonly name: string;
  readonly tradingMode: TradingMode;
  readonly instance: CcxtInstance;
  readonly calls: CcxtCalls;
  readonly logger: Logger;
  readonly wallClock: Clock;
  readonly random: Random;
  readonly exchangeClock: ExchangeClock;
  readonly closing: AbortController;
  readonly measure: () => Promise<void>;
}

/** An exchange through ccxt; `open` has to be called before anything else. */
export class OpenedExchange implements Exchange {
  readonly name: string;
  readonly clock: Clock;
  readonly timeframes: readonly Timeframe[];
  readonly endsAt = undefined;
  readonly isRevised = true;
  readonly #parts: OpenedParts;
  readonly #candles: CandleSource;
  readonly #feed: LiveFeed | undefined;
  readonly #tickers: LiveTickers | undefined;
  #markets: ReadonlyMap<Pair, Market> = new Map();
  #offers: ReadonlyMap<Pair, Offer> = new Map();
  #loadedAt = -Infinity;
  #measuredAt = -Infinity;

  constructor(parts: OpenedParts, { webSockets = true }: CcxtExchangeOptions) {
    const { name, instance, calls, logger, wallClock, random, exchangeClock, closing } = parts;
    this.#parts = parts;
    this.name = name;
    this.clock = exchangeClock;
    this.timeframes = timeframesOf(instance);
    const notes = new StreamNotes(name, logger, (what, error) => calls.explain(what, error).message);
    const streaming = { instance, clock: wallClock, random, notes, closed: closing.signal };
    if (webSockets && supports(instance, 'watchOHLCV')) this.#feed = new LiveFeed(streaming);
    if (webSockets && supports(instance, 'watchTickers')) {
      this.#tickers = new LiveTickers({ ...streaming, now: () => exchangeClock.now() });
    }
    const live = this.#feed === undefined ? undefined : { feed: this.#feed, notes };
    this.#candles = new CandleSource({
      name,
      instance,
      calls,
      clock: exchangeClock,
      wallClock,
      logger,
      live,
    });
  }

  async open({ credentials, signal }: CcxtExchangeOptions): Promise<void> {
    const { calls, instance, measure, wallClock } = this.#parts;
    if (this.#feed !== undefined || this.#tickers !== undefined) await instance.loadHttpProxyAgent?.();
    await this.#loadMarkets(signal);
    await measure();
    this.#measuredAt = wallClock.now();
    if (credentials?.apiKey && credentials.secret && supports(instance, 'fetchBalance')) {
      await calls.run('the account', signal, () => instance.fetchBalance());
    }
  }

  async fetchMarkets({ signal }: Parameters<Exchange['fetchMarkets']>[0] = {}): Promise<readonly Market[]> {
    this.#checkOpen();
    signal?.throwIfAborted();
    if (this.#parts.wallClock.now() - this.#loadedAt > REFRESH_MS) {
      // Those of an hour ago serve until there are new ones; why there are none is in the log.
      await this.#loadMarkets(signal).catch(() => undefined);
      signal?.throwIfAborted();
    }
    return [...this.#markets.values()];
  }

  async fetchCandles(...[key, request]: Parameters<Exchange['fetchCandles']>): ReturnType<Exchange['fetchCandles']> {
    this.#checkOpen();
    checkFetchOptions(request);
    checkKey(this.name, this.#offers, key);
    this.#measureAgain();
    return this.#candles.fetch(key, request);
  }

  async fetchTickers({ pairs, signal }: Parameters<Exchange['fetchTickers']>[0] = {}): Promise<readonly Ticker[]> {
    this.#checkOpen();
    signal?.throwIfAborted();
    const asked = pairs === undefined ? undefined : [...new Set(pairs)];
    for (const pair of asked ?? []) checkPair(this.name, this.#markets, pair);
    if (asked?.length === 0) return [];
    const streamed = asked === undefined ? undefined : this.#tickers?.fresh(asked);
    if (streamed !== undefined) return streamed;
    const tickers = await this.#askTickers(asked, signal);
    if (asked !== undefined) this.#tickers?.follow(asked);
    return tickers;
  }

  async fetchOrderBook(...[pair, request = {}]: Parameters<Exchange['fetchOrderBook']>): Promise<OrderBook> {
    this.#checkOpen();
    const depth = bookDepth(request);
    checkPair(this.name, this.#markets, pair);
    const { instance, calls, exchangeClock } = this.#parts;
    if (!supports(instance, 'fetchOrderBook')) throw this.#notOffered('order books');
    const what = `the order book of ${pair}`;
    return calls.run(what, request.signal, async () => {
      const raw = await instance.fetchOrderBook(pair, depth);
      const book = orderBookOf(raw, pair, depth, exchangeClock.now());
      if (book) return book;
      throw new ExchangeError('EXCHANGE_BAD_ANSWER', `${this.name}: ${what}: the answer makes no sense`);
    });
  }

  async close(): Promise<void> {
    const { closing, instance } = this.#parts;
    if (closing.signal.aborted) return;
    closing.abort();
    this.#feed?.stop();
    await instance.close?.().catch(() => undefined);
    await instance.fetchDispatcher?.destroy?.().catch(() => undefined);
  }

  async #loadMarkets(signal: AbortSignal | undefined): Promise<void> {
    const { calls, instance, tradingMode, wallClock } = this.#parts;
    const markets = await calls.run('markets', signal, async () => {
      // Always anew: ccxt keeps a loading that failed, and gives its error again without another request.
      const loaded = marketsOf(await instance.loadMarkets(true), instance, tradingMode);
      if (loaded.size > 0) return loaded;
      throw new ExchangeError('EXCHANGE_NOT_OFFERED', `${this.name} lists no ${tradingMode} market`);
    });
    this.#loadedAt = wallClock.now();
    this.#markets = markets;
    this.#offers = new Map(
      [...markets].map(([pair, { candleTypes }]) => [
        pair,
        new Map(candleTypes.map((type) => [type, this.timeframes])),
      ]),
    );
  }

  async #askTickers(pairs: readonly Pair[] | undefined, signal: AbortSignal | undefined): Promise<readonly Ticker[]> {
    const { instance, calls, exchangeClock } = this.#parts;
    const isSingle = !supports(instance, 'fetchTickers');
    if (isSingle && (!supports(instance, 'fetchTicker') || pairs === undefined || pairs.length > MOST_SINGLE_TICKERS)) {
      throw this.#notOffered('the tickers of many pairs at once');
    }
    const ask = async (): Promise<readonly unknown[]> => {
      if (isSingle) return Promise.all((pairs ?? []).map((pair) => instance.fetchTicker(pair)));
      const raw = await instance.fetchTickers(pairs);
      if (isObject(raw)) return Object.values(raw);
      throw new ExchangeError('EXCHANGE_BAD_ANSWER', `${this.name}: tickers: the answer makes no sense`);
    };
    const all = await calls.run('tickers', signal, ask);
    const wanted = pairs === undefined ? undefined : new Set(pairs);
    return all
      .map((raw) => tickerOf(raw, exchangeClock.now()))
      .filter((ticker) => ticker !== undefined && this.#markets.has(ticker.pair) && (wanted?.has(ticker.pair) ?? true))
      .filter((ticker) => ticker !== undefined);
  }

  /** Compares the clocks again where that was long ago, or one of them was set. Nobody waits for it. */
  #measureAgain(): void {
    const { wallClock, exchangeClock, measure } = this.#parts;
    const now = wallClock.now();
    // A wall clock that was set back is no reason to wait.
    const age = Math.abs(now - this.#measuredAt);
    if (age < (exchangeClock.hasJumped ? LEAST_MEASURE_MS : REFRESH_MS)) return;
    this.#measuredAt = now;
    void measure();
  }

  #checkOpen(): void {
    if (this.#parts.closing.signal.aborted) throw closedError(this.name);
  }

  #notOffered(what: string): ExchangeError {
    return new ExchangeError('EXCHANGE_NOT_OFFERED', `${this.name} does not offer ${what}`, { value: what });
  }
}

function timeframesOf({ timeframes }: CcxtInstance): readonly Timeframe[] {
  const names = isObject(timeframes) ? Object.keys(timeframes) : [];
  return names.filter(isTimeframe).sort((a, b) => timeframeMs(a) - timeframeMs(b));
}
