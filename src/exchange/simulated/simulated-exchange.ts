import { type CandleType, type Pair, baseOf, parseTimeframe, quoteOf, settleOf } from '../../market/index.ts';
import type { Clock } from '../../util/clock.ts';
import {
  type Offer,
  badOption,
  bookDepth,
  checkFetchOptions,
  checkKey,
  checkNumber,
  checkPair,
  closedError,
  seenAt,
} from '../check-request.ts';
import type { Exchange, Market, MarketFees } from '../exchange.ts';
import { commonFactor } from './day-walk.ts';
import { fewestTicks, mostTicks } from './minute-ticks.ts';
import { SimulatedPair } from './simulated-pair.ts';
import { type PairProfile, mostNamedPairs, pairProfile, simulatedPairs } from './simulated-pairs.ts';

export interface SimulatedExchangeOptions {
  /** Processes that share the seed, `volatility` and `holes` see the same market. */
  readonly seed: string | number;
  /** How many of the market's own pairs (1 to 2000), or which pairs: those with a settle currency are futures. */
  readonly pairs: number | readonly Pair[];
  readonly clock: Clock;
  /** Trades in each minute, 4 to 600, default 6. Closed candles do not depend on it. */
  readonly ticksPerMinute?: number;
  /** Multiplies how far prices move, above 0 to 5, default 1: days of about 4 %. */
  readonly volatility?: number;
  /** The chance of five minutes without a trade, whose candles are missing: 0 to 0.9, default 0. */
  readonly holes?: number;
  readonly name?: string;
}

const timeframes = '1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 1M'.split(' ').map(parseTimeframe);

/**
 * A market made of a seed, from 2017 on without end. Every candle is a pure function of seed, pair and time: whoever asks, when
 * and in what order sees the same ones, in every process. Longer candles are exactly what shorter ones add up to, the open one
 * what its trades so far do; volumes are added as whole amount steps and then divided, so adding up the numbers handed out gives
 * the same to within rounding (relative 1e-12). Pairs move together in part, through calm, rising, falling and volatile times.
 *
 * @throws ExchangeError EXCHANGE_BAD_OPTION.
 */
export function simulatedExchange(options: SimulatedExchangeOptions): Exchange {
  const { seed, clock, name = 'simulated', volatility = 1, holes = 0, ticksPerMinute = 6 } = options;
  checkNumber('volatility', volatility, { least: Number.MIN_VALUE, most: 5 });
  checkNumber('holes', holes, { least: 0, most: 0.9 });
  checkNumber('ticksPerMinute', ticksPerMinute, { least: fewestTicks, most: mostTicks, integer: true });
  const profiles = namedPairs(options.pairs).map((pair) => pairProfile(pair, seed));
  const common = commonFactor(seed, volatility);
  const pairOptions = { seed, volatility, ticksPerMinute, holes, common };
  const pairs = new Map(profiles.map((profile) => [profile.pair, new SimulatedPair(profile, pairOptions)]));
  const offers = new Map(
    profiles.map(({ pair }): [Pair, Offer] => [pair, new Map([[candleTypeOf(pair), timeframes]])]),
  );
  let closed = false;
  const pairOf = (asked: Pair): SimulatedPair => {
    if (closed) throw closedError(name);
    checkPair(name, pairs, asked);
    const pair = pairs.get(asked);
    if (!pair) throw new Error(`invariant broken: no ${asked}`);
    return pair;
  };

  return {
    name,
    clock,
    timeframes,
    endsAt: undefined,
    async fetchMarkets({ signal } = {}) {
      signal?.throwIfAborted();
      return profiles.map(marketOf);
    },
    async fetchCandles(key, request) {
      if (closed) throw closedError(name);
      checkFetchOptions(request);
      checkKey(name, offers, key);
      const { limit, since = -Infinity, until, includeOpen = false } = request;
      const { pair, timeframe } = key;
      const time = clock.now();
      const now = seenAt(time, until, timeframe);
      return pairOf(pair).candles({ timeframe, now, limit, since, includeOpen: includeOpen && now === time });
    },
    async fetchTickers({ pairs: asked, signal } = {}) {
      if (closed) throw closedError(name);
      signal?.throwIfAborted();
      const now = clock.now();
      return (asked === undefined ? [...pairs.keys()] : [...new Set(asked)])
        .map((pair) => pairOf(pair).ticker(now))
        .filter((ticker) => ticker !== undefined);
    },
    async fetchOrderBook(pair, request = {}) {
      const depth = bookDepth(request);
      return pairOf(pair).orderBook(clock.now(), depth);
    },
    async close() {
      closed = true;
      for (const pair of pairs.values()) pair.forget();
    },
  };
}

function namedPairs(pairs: number | readonly Pair[]): readonly Pair[] {
  if (typeof pairs === 'number') {
    checkNumber('pairs', pairs, { least: 1, most: mostNamedPairs, integer: true });
    return simulatedPairs(pairs);
  }
  if (pairs.length === 0) throw badOption('pairs', 'at least one pair', 'none');
  return [...new Set(pairs)];
}

function candleTypeOf(pair: Pair): CandleType {
  return pair.includes(':') ? 'futures' : 'spot';
}

/** What large exchanges take. */
const spotFees: MarketFees = { maker: 0.001, taker: 0.001 };
const futuresFees: MarketFees = { maker: 0.0002, taker: 0.0005 };
/** The least that an order may cost, and the most a future may be levered, as on large exchanges. */
const LEAST_COST = 5;
const MOST_LEVERAGE = 20;

function marketOf(profile: PairProfile): Market {
  const { pair, priceDecimals, amountDecimals } = profile;
  const settle = settleOf(pair);
  const [pricePrecision, amountPrecision] = [Number(`1e-${priceDecimals}`), Number(`1e-${amountDecimals}`)];
  return {
    pair,
    base: baseOf(pair),
    quote: quoteOf(pair),
    ...(settle === undefined ? {} : { settle }),
    candleTypes: [candleTypeOf(pair)],
    isActive: true,
    pricePrecision,
    amountPrecision,
    limits: {
      amount: { min: amountPrecision },
      price: { min: pricePrecision },
      cost: { min: LEAST_COST },
      leverage: { min: 1, max: settle === undefined ? 1 : MOST_LEVERAGE },
    },
    fees: settle === undefined ? spotFees : futuresFees,
  };
}
