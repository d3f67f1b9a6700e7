import { candleOpen, type Pair } from '../market/index.ts';
import { type Random, seededRandom } from '../util/random.ts';
import type { ShuffleFilterConfig } from './pairlist-config.ts';
import type { HandlerParts, PairlistHandler } from './pairlist-handler.ts';

/**
 * Pairs in a random order: with `candle`, another one with each candle of the strategy's timeframe and for each other list;
 * with `iteration`, each time.
 *
 * A seed makes the order repeatable: with `candle`, bots of one seed have one order for one list in the same candle, whenever they
 * started. It is another order than freqtrade's, whose generator is Python's and which takes a seed in backtests only.
 */
export function shuffleFilter(
  { method, shuffle_frequency: frequency, seed }: ShuffleFilterConfig,
  parts: Pick<HandlerParts, 'exchange' | 'timeframe' | 'random'>,
): PairlistHandler {
  const random = seed === undefined ? parts.random : seededRandom(seed);
  let last: { readonly candle: number; readonly before: string; readonly pairs: readonly Pair[] } | undefined;
  return {
    method,
    needsTickers: false,
    filter(pairs) {
      if (frequency === 'iteration') return { pairs: shuffled(pairs, random), leftOut: [] };
      const candle = candleOpen(parts.exchange.clock.now(), parts.timeframe);
      const before = pairs.join();
      if (last?.candle !== candle || last.before !== before) {
        const chance = seed === undefined ? random : seededRandom(`${seed} ${candle}`);
        last = { candle, before, pairs: shuffled(pairs, chance) };
      }
      return { pairs: last.pairs, leftOut: [] };
    },
  };
}

/** Every order is equally likely. Source: Fisher and Yates, in Durstenfeld's form. */
export function shuffled<Item>(items: readonly Item[], random: Random): readonly Item[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
