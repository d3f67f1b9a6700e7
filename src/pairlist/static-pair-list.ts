import type { Pair } from '../market/index.ts';
import type { StaticPairListConfig } from './pairlist-config.ts';
import { type Choice, type HandlerParts, type PairlistHandler, type Round, sifted } from './pairlist-handler.ts';
import { expandList } from './static-whitelist.ts';
import { reasonAgainst, reasonUntradable } from './tradable.ts';

type Parts = Pick<HandlerParts, 'whitelist' | 'candleType' | 'stakeCurrency'>;

/**
 * The pairs of `exchange.pair_whitelist`. First in the chain it makes the list; later it adds its pairs to the list's end.
 *
 * freqtrade lets through what the exchange does not have at all where inactive pairs are allowed, and, later in the chain,
 * always, patterns as they stand: there is nothing to fetch for such, and they are left out.
 */
export function staticPairList(config: StaticPairListConfig, parts: Parts): PairlistHandler {
  const own = (round: Round) => whitelisted(round, config, parts);
  return {
    method: config.method,
    needsTickers: false,
    generate: own,
    filter(pairs, round) {
      const added = own(round);
      return { pairs: [...new Set([...pairs, ...added.pairs])], leftOut: added.leftOut };
    },
  };
}

function whitelisted({ markets }: Round, config: StaticPairListConfig, parts: Parts): Choice {
  const { whitelist, candleType } = parts;
  const isNamed = new Set(whitelist);
  const known: Pair[] = [];
  for (const [pair, market] of markets) {
    // What can't be traded at all is named with the reason where it is listed itself; patterns pass it by.
    if (isNamed.has(pair) || reasonUntradable(market, parts) === undefined) known.push(pair);
  }
  const absent = `the exchange has no ${candleType} market of it`;
  const expanded = expandList(whitelist, known, absent);
  return sifted(expanded, (pair) => {
    const market = markets.get(pair);
    if (!config.allow_inactive || market === undefined) return reasonAgainst(pair, markets, parts);
    return reasonUntradable(market, parts);
  });
}
