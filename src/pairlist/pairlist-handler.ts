import type { Exchange, Market, Ticker } from '../exchange/index.ts';
import type { CandleType, Pair, Timeframe } from '../market/index.ts';
import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/logger.ts';
import type { Random } from '../util/random.ts';
import type { PairlistConfig } from './pairlist-config.ts';
import type { RecentCandles } from './recent-candles.ts';

/** A pair, or an entry of a list, that was left out. */
export interface Exclusion {
  readonly entry: string;
  readonly reason: string;
}

/** Pairs in their order, and what was left out. */
export interface Choice {
  readonly pairs: readonly Pair[];
  readonly leftOut: readonly Exclusion[];
}

/** What all handlers see of one refresh. */
export interface Round {
  /** In the exchange's order. */
  readonly markets: ReadonlyMap<Pair, Market>;
  /** In the exchange's order; empty where no handler needs them. */
  readonly tickers: ReadonlyMap<Pair, Ticker>;
  readonly signal: AbortSignal | undefined;
}

/** One link of the chain. */
export interface PairlistHandler {
  readonly method: PairlistConfig['method'];
  readonly needsTickers: boolean;
  /** Makes a list. Those that lack this can't stand first. */
  readonly generate?: (round: Round) => Choice | Promise<Choice>;
  /** Leaves pairs out, sorts them, or adds its own. */
  readonly filter: (pairs: readonly Pair[], round: Round) => Choice | Promise<Choice>;
}

/** What handlers are made of, besides their settings. */
export interface HandlerParts {
  readonly exchange: Exchange;
  readonly candles: RecentCandles;
  readonly candleType: CandleType;
  readonly stakeCurrency: string | undefined;
  /** Of the strategy: how long a shuffled order lasts. */
  readonly timeframe: Timeframe;
  readonly whitelist: readonly string[];
  /** Why a pair is on the blacklist; undefined where it is not. */
  readonly banOf: (pair: Pair) => string | undefined;
  readonly producerPairs: ((producerName: string) => readonly Pair[]) | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** The pairs for which there is no reason against them. */
export function sift(pairs: Iterable<Pair>, reasonAgainst: (pair: Pair) => string | undefined): Choice {
  const kept: Pair[] = [];
  const leftOut: Exclusion[] = [];
  for (const pair of pairs) {
    const reason = reasonAgainst(pair);
    if (reason === undefined) kept.push(pair);
    else leftOut.push({ entry: pair, reason });
  }
  return { pairs: kept, leftOut };
}

/** What is left of a choice by another that was made of its pairs. */
export function sifted(choice: Choice, reasonAgainst: (pair: Pair) => string | undefined): Choice {
  const { pairs, leftOut } = sift(choice.pairs, reasonAgainst);
  return { pairs, leftOut: [...choice.leftOut, ...leftOut] };
}

/** The first pairs, `most` of them. */
export function firstOf({ pairs, leftOut }: Choice, most: number): Choice {
  const reason = `it comes after the first ${most}`;
  const others = pairs.slice(most).map((entry) => ({ entry, reason }));
  return { pairs: pairs.slice(0, most), leftOut: [...leftOut, ...others] };
}
