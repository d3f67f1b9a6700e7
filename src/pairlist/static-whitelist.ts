import type { Pair } from '../market/index.ts';
import { listText } from '../util/list-text.ts';
import { blacklistOf, expandEntry } from './pair-pattern.ts';
import { PairlistError } from './pairlist-error.ts';
import { type Choice, type Exclusion, sifted } from './pairlist-handler.ts';

/** Pairs of the exchange that an error names. */
const MOST_NAMED = 8;

/** A whitelist of all pairs: what an empty one means on exchanges of a known, bounded number of them. */
export const allPairs: readonly string[] = ['.*'];

/**
 * The pairs of a static pair list: whitelist entries that the exchange has, patterns (as in `.*\/USDT`) expanded, without
 * those that a blacklist entry or pattern matches wholly. An empty whitelist means all of the exchange's pairs, for exchanges of
 * a known, bounded number of them.
 *
 * @param absent why a pair that is not among the markets is left out.
 * @throws PairlistError PAIRLIST_NO_PAIRS, PAIRLIST_BAD_PATTERN.
 */
export function staticWhitelist(
  markets: readonly { readonly pair: Pair }[],
  lists: { readonly whitelist: readonly string[]; readonly blacklist: readonly string[] },
  absent = 'the exchange does not have it',
): Choice {
  const known = markets.map(({ pair }) => pair);
  const wanted =
    lists.whitelist.length === 0 ? { pairs: known, leftOut: [] } : expandList(lists.whitelist, known, absent);
  const choice = sifted(wanted, blacklistOf(lists.blacklist));
  if (choice.pairs.length === 0) throw noPairsError(choice.leftOut, known, lists.whitelist);
  return choice;
}

/** The pairs that a whitelist's entries stand for, each once. Throws PairlistError PAIRLIST_BAD_PATTERN. */
export function expandList(entries: readonly string[], known: readonly Pair[], absent: string): Choice {
  const leftOut: Exclusion[] = [];
  const pairs = entries.flatMap((entry) => {
    const expanded = expandEntry(entry, known, absent);
    if (expanded.reason !== undefined) leftOut.push({ entry, reason: expanded.reason });
    return expanded.pairs;
  });
  return { pairs: [...new Set(pairs)], leftOut };
}

/** The error for a list in which nothing is left, with the reasons and some of what there is. */
export function noPairsError(
  leftOut: readonly Exclusion[],
  known: readonly Pair[],
  whitelist: readonly string[],
): PairlistError {
  const reasons = leftOut.slice(0, MOST_NAMED).map(({ entry, reason }) => `${entry}: ${reason}`);
  if (leftOut.length > MOST_NAMED) reasons.push(`${leftOut.length - MOST_NAMED} more are left out`);
  const none = known.length === 0 ? 'the exchange has none' : 'exchange.pair_whitelist is empty';
  const why = reasons.length === 0 ? none : reasons.join('; ');
  const there = known.length === 0 ? 'none' : listText(known, MOST_NAMED);
  return new PairlistError('PAIRLIST_NO_PAIRS', `no pairs to work on (${why}); it has ${there}`, { value: whitelist });
}
