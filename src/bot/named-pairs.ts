import type { Pair } from '../market/index.ts';
import { listText } from '../util/list-text.ts';

const MOST_PAIRS_NAMED = 3;

/** `BTC/USDT`, `2 pairs (BTC/USDT, ETH/USDT)`, and no more than a few names. */
export function namedPairs(pairs: readonly Pair[]): string {
  return pairs.length === 1 ? pairs[0] : `${pairs.length} pairs (${listText(pairs, MOST_PAIRS_NAMED)})`;
}
