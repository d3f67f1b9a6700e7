import type { Pair } from '../market/index.ts';

const MOST_PAIRS_NAMED = 3;

/** `BTC/USDT`, `2 pairs (BTC/USDT, ETH/USDT)`, and no more than a few names. */
export function namedPairs(pairs: readonly Pair[]): string {
  if (pairs.length === 1) return pairs[0];
  const more = pairs.length > MOST_PAIRS_NAMED ? ` and ${pairs.length - MOST_PAIRS_NAMED} more` : '';
  return `${pairs.length} pairs (${pairs.slice(0, MOST_PAIRS_NAMED).join(', ')}${more})`;
}
