import { type Exchange, ExchangeError, type Market, type Ticker } from '../exchange/index.ts';
import type { CandleType, Pair, Timeframe } from '../market/index.ts';
import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/logger.ts';
import type { Random } from '../util/random.ts';
import { createHandler } from './create-handler.ts';
import { Expiring } from './expiring.ts';
import { blacklistOf, pairPattern } from './pair-pattern.ts';
import type { PairlistConfig } from './pairlist-config.ts';
import { PairlistError } from './pairlist-error.ts';
import { type Choice, type Exclusion, type PairlistHandler, type Round, sift } from './pairlist-handler.ts';
import { RecentCandles } from './recent-candles.ts';

/** freqtrade's: how long one answer with all tickers serves all handlers. */
const TICKERS_MS = 1_800_000;
/** Exchanges keep their markets for an hour themselves, as freqtrade does; this spares asking them in every round. */
const MARKETS_MS = 600_000;

/** What a list of pairs is made from. */
export interface PairlistOptions {
  /** `pairlists`, in their order. */
  readonly configs: readonly PairlistConfig[];
  /** `exchange.pair_whitelist`: pairs and patterns. */
  readonly whitelist: readonly string[];
  /** `exchange.pair_blacklist`: pairs and patterns. */
  readonly blacklist: readonly string[];
  /** Undefined for any. */
  readonly stakeCurrency: string | undefined;
  readonly exchange: Exchange;
  readonly candleType: CandleType;
  /** The strategy's, by which ShuffleFilter goes. */
  readonly timeframe: Timeframe;
  /** A producer's pairs as last heard, none before that; undefined for a bot that is no consumer. */
  readonly producerPairs?: ((producerName: string) => readonly Pair[]) | undefined;
  /** By which refresh periods run. Candles and days go by the exchange's own. */
  readonly clock: Clock;
  /** For a ShuffleFilter without a seed. */
  readonly random: Random;
  readonly logger: Logger;
}

/** What was left out, and by whom: a method, or `pair_blacklist`. */
export interface LeftOut extends Exclusion {
  readonly handler: PairlistConfig['method'] | 'pair_blacklist';
}

/** The pairs to work on. */
export interface PairlistResult {
  /** `kept`: the exchange failed, and this is the list of before. */
  readonly status: 'fresh' | 'kept';
  /** Each once. */
  readonly pairs: readonly Pair[];
  /** In the chain's order. */
  readonly leftOut: readonly LeftOut[];
  /** Why the list was kept. */
  readonly failure?: string;
}

/** A list of pairs that follows the market. */
export interface Pairlist {
  /**
   * Runs the chain. Meant to be called often: each handler asks the exchange once in its period, or once a candle. Calls while one
   * is under way share its result. A list that the handlers leave empty is empty; one that they could not make stays as it was.
   *
   * @throws ExchangeError where the exchange fails and there is no list yet, or refuses this key or address (kind `account`).
   * @throws PairlistError PAIRLIST_NO_ANSWER, where there is no list yet.
   */
  refresh(signal?: AbortSignal): Promise<PairlistResult>;
}

/**
 * freqtrade's chain of pair list handlers: the first makes the list, the others filter or sort it in their order, or add to it;
 * at the end, what the blacklist bans is removed. Order and membership are freqtrade's, but where a handler's docstring says
 * otherwise.
 *
 * @throws PairlistError PAIRLIST_NO_GENERATOR, PAIRLIST_BAD_SETTING, PAIRLIST_BAD_PATTERN, PAIRLIST_NO_CONSUMER.
 */
export function createPairlist(options: PairlistOptions): Pairlist {
  const { exchange, clock, logger } = options;
  const banOf = blacklistOf(options.blacklist);
  for (const entry of options.whitelist) pairPattern(entry);
  const parts = {
    ...options,
    producerPairs: options.producerPairs,
    banOf,
    candles: new RecentCandles(exchange, logger),
  };
  const handlers = options.configs.map((config) => createHandler(config, parts));
  expectGenerator(handlers);

  const source = new MarketSource(exchange, clock);
  const run = async (signal: AbortSignal | undefined): Promise<PairlistResult> => {
    signal?.throwIfAborted();
    const markets = await source.markets(signal);
    const tickers = handlers.some(({ needsTickers }) => needsTickers) ? await source.tickers(signal) : noTickers;
    return runChain(handlers, banOf, { markets, tickers, signal });
  };

  let last: PairlistResult | undefined;
  let isFailing = false;
  const refresh = async (signal: AbortSignal | undefined): Promise<PairlistResult> => {
    try {
      last = await run(signal);
      if (isFailing) logger.info('the list of pairs can be made again');
      isFailing = false;
      return last;
    } catch (error) {
      if (last === undefined || signal?.aborted === true || !mayPass(error)) throw error;
      const { message } = error;
      if (!isFailing) logger.warn(`the list of pairs stays as it was: ${message}`, { pairs: last.pairs.length });
      isFailing = true;
      return { ...last, status: 'kept', failure: message };
    }
  };

  let underWay: Promise<PairlistResult> | undefined;
  return {
    refresh(signal) {
      underWay ??= refresh(signal).finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
  };
}

const noTickers: ReadonlyMap<Pair, Ticker> = new Map();

async function runChain(
  handlers: readonly PairlistHandler[],
  banOf: (pair: Pair) => string | undefined,
  round: Round,
): Promise<PairlistResult> {
  let pairs: readonly Pair[] = [];
  const leftOut: LeftOut[] = [];
  for (const [position, handler] of handlers.entries()) {
    const isFirst = position === 0 && handler.generate !== undefined;
    const choice = isFirst ? await handler.generate(round) : await handler.filter(pairs, round);
    pairs = choice.pairs;
    leftOut.push(...leftOutBy(handler.method, choice));
  }
  const allowed = sift(pairs, banOf);
  leftOut.push(...leftOutBy('pair_blacklist', allowed));
  return { status: 'fresh', pairs: allowed.pairs, leftOut };
}

function leftOutBy(handler: LeftOut['handler'], { leftOut }: Choice): readonly LeftOut[] {
  return leftOut.map(({ entry, reason }) => ({ entry, reason, handler }));
}

function expectGenerator(handlers: readonly PairlistHandler[]): void {
  const [first] = handlers;
  if (first?.generate !== undefined) return;
  const found = first === undefined ? 'is empty' : `begins with ${first.method}, which only filters`;
  const message = `pairlists ${found}; begin with StaticPairList, VolumePairList or ProducerPairList`;
  throw new PairlistError('PAIRLIST_NO_GENERATOR', message, { value: first?.method });
}

/** Whether another time may end otherwise, so that the list of before can stand in. */
function mayPass(error: unknown): error is ExchangeError | PairlistError {
  return error instanceof PairlistError || (error instanceof ExchangeError && error.kind !== 'account');
}

/** Markets and tickers, asked for once in a while. An empty answer is a failure: no exchange means it. */
class MarketSource {
  readonly #exchange: Exchange;
  readonly #markets: Expiring<ReadonlyMap<Pair, Market>>;
  readonly #tickers: Expiring<ReadonlyMap<Pair, Ticker>>;

  constructor(exchange: Exchange, clock: Clock) {
    this.#exchange = exchange;
    this.#markets = new Expiring(clock, MARKETS_MS);
    this.#tickers = new Expiring(clock, TICKERS_MS);
  }

  async markets(signal: AbortSignal | undefined): Promise<ReadonlyMap<Pair, Market>> {
    const kept = this.#markets.get();
    if (kept !== undefined) return kept;
    const markets = await this.#exchange.fetchMarkets(signal === undefined ? {} : { signal });
    return this.#keep(this.#markets, markets, 'markets');
  }

  async tickers(signal: AbortSignal | undefined): Promise<ReadonlyMap<Pair, Ticker>> {
    const kept = this.#tickers.get();
    if (kept !== undefined) return kept;
    const tickers = await this.#exchange.fetchTickers(signal === undefined ? {} : { signal });
    return this.#keep(this.#tickers, tickers, 'tickers');
  }

  #keep<Item extends { readonly pair: Pair }>(
    place: Expiring<ReadonlyMap<Pair, Item>>,
    items: readonly Item[],
    what: string,
  ): ReadonlyMap<Pair, Item> {
    if (items.length === 0) throw new PairlistError('PAIRLIST_NO_ANSWER', `${this.#exchange.name} gave no ${what}`);
    const byPair = new Map(items.map((item) => [item.pair, item]));
    place.set(byPair);
    return byPair;
  }
}
