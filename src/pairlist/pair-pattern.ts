import { isPair, type Pair } from '../market/index.ts';
import { nearestName } from '../util/nearest-name.ts';
import { PairlistError } from './pairlist-error.ts';

/** What only a pattern has. */
const PATTERN_SIGNS = /[*+?^$()[\]{}|\\]/;

/**
 * An entry of a pair list as a regular expression that a pair matches wholly, whatever the case, as freqtrade takes it.
 *
 * @throws PairlistError PAIRLIST_BAD_PATTERN.
 */
export function pairPattern(entry: string): RegExp {
  try {
    return new RegExp(`^(?:${entry})$`, 'i');
  } catch (error) {
    throw new PairlistError('PAIRLIST_BAD_PATTERN', `"${entry}" is neither a pair nor a regular expression`, {
      value: entry,
      cause: error,
    });
  }
}

/**
 * The pairs that an entry of a whitelist stands for, or why there is none. A pair that is known stands for itself alone.
 *
 * @param absent why a pair that is not known is left out.
 * @throws PairlistError PAIRLIST_BAD_PATTERN.
 */
export function expandEntry(
  entry: string,
  known: readonly Pair[],
  absent: string,
): { readonly pairs: readonly Pair[]; readonly reason?: string } {
  const exact = known.filter((pair) => pair === entry);
  if (exact.length > 0) return { pairs: exact };
  const matches = pairPattern(entry);
  const pairs = known.filter((pair) => matches.test(pair));
  if (pairs.length > 0) return { pairs };
  if (!isPair(entry) || PATTERN_SIGNS.test(entry)) return { pairs, reason: 'it matches no pair of the exchange' };
  const nearest = nearestName(entry, known);
  return { pairs, reason: nearest === undefined ? absent : `${absent}; did you mean ${nearest}?` };
}

/**
 * Tells for a pair which entry of the blacklist bans it.
 *
 * @throws PairlistError PAIRLIST_BAD_PATTERN. freqtrade logs the bad entry and trades nothing.
 */
export function blacklistOf(blacklist: readonly string[]): (pair: Pair) => string | undefined {
  const banned = blacklist.map((entry) => ({ entry, matches: pairPattern(entry) }));
  return (pair) => {
    const ban = banned.find(({ matches }) => matches.test(pair));
    return ban === undefined ? undefined : `blacklisted by "${ban.entry}"`;
  };
}
