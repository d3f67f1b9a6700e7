import { isPair, type Pair } from '../market/index.ts';
import { nearestName } from '../util/nearest-name.ts';
import { listText } from '../util/list-text.ts';
import { BotError } from './bot-error.ts';

/** Pairs of the exchange that an error names. */
const MOST_NAMED = 8;

/** The pairs to work on, and what was left out with the reason. */
export interface Whitelist {
  readonly pairs: readonly Pair[];
  readonly leftOut: readonly { readonly entry: string; readonly reason: string }[];
}

/**
 * The pairs of a static pair list: whitelist entries that the exchange has, patterns (as in `.*\/USDT`) expanded, without
 * those that a blacklist entry or pattern matches wholly. An empty whitelist means all of the exchange's pairs, for exchanges of
 * a known, bounded number of them.
 *
 * @param absent why a pair that is not among the markets is left out.
 * @throws BotError BOT_NO_PAIRS, BOT_PAIR_PATTERN.
 */
export function staticWhitelist(
  markets: readonly { readonly pair: Pair }[],
  lists: { readonly whitelist: readonly string[]; readonly blacklist: readonly string[] },
  absent = 'the exchange does not have it',
): Whitelist {
  const known = markets.map(({ pair }) => pair);
  const leftOut: { entry: string; reason: string }[] = [];
  const wanted = lists.whitelist.flatMap((entry) => {
    const { pairs, reason } = expand(entry, known, absent);
    if (reason !== undefined) leftOut.push({ entry, reason });
    return pairs;
  });
  const banned = lists.blacklist.map((entry) => ({ entry, matches: pattern(entry) }));
  const pairs = [...new Set(lists.whitelist.length === 0 ? known : wanted)].filter((pair) => {
    const ban = banned.find(({ matches }) => matches.test(pair));
    if (ban !== undefined) leftOut.push({ entry: pair, reason: `blacklisted by "${ban.entry}"` });
    return ban === undefined;
  });
  if (pairs.length > 0) return { pairs, leftOut };
  const reasons = leftOut.map(({ entry, reason }) => `${entry}: ${reason}`).join('; ');
  const message = `no pairs to work on (${reasons || 'the exchange has none'}); it has ${some(known)}`;
  throw new BotError('BOT_NO_PAIRS', message, { value: lists.whitelist });
}

/** The pairs that an entry of the whitelist stands for, or why there is none. */
function expand(
  entry: string,
  known: readonly Pair[],
  absent: string,
): { readonly pairs: readonly Pair[]; readonly reason?: string } {
  const exact = known.filter((pair) => pair === entry);
  if (exact.length > 0) return { pairs: exact };
  if (isPair(entry) && !/[*+?^$()[\]{}|\\]/.test(entry)) {
    const nearest = nearestName(entry, known);
    return { pairs: [], reason: nearest === undefined ? absent : `${absent}; did you mean ${nearest}?` };
  }
  const matches = pattern(entry);
  const pairs = known.filter((pair) => matches.test(pair));
  return pairs.length > 0 ? { pairs } : { pairs, reason: 'it matches no pair of the exchange' };
}

function pattern(entry: string): RegExp {
  try {
    return new RegExp(`^(?:${entry})$`, 'i');
  } catch (error) {
    throw new BotError('BOT_PAIR_PATTERN', `"${entry}" is neither a pair nor a regular expression`, {
      value: entry,
      cause: error,
    });
  }
}

function some(pairs: readonly Pair[]): string {
  if (pairs.length === 0) return 'none';
  return listText(pairs, MOST_NAMED);
}
