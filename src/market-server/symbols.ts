import type { Market } from '../exchange/index.ts';
import type { Pair } from '../market/index.ts';

/** Binance's two markets that are served: each has an API, and a namespace of symbols, of its own. */
export type Section = 'spot' | 'futures';

/** A market under the name that Binance would give it. */
export interface Listing {
  /** As in `BTCUSDT`. */
  readonly symbol: string;
  readonly section: Section;
  readonly market: Market;
}

/** What Binance's symbols stand for: a bijection in each section. */
export interface Listings {
  readonly all: readonly Listing[];
  /** Pairs that have no symbol: settled in something else than their quote currency, or of a symbol that is taken. */
  readonly leftOut: readonly Pair[];
  of(section: Section): readonly Listing[];
  find(section: Section, symbol: string): Listing | undefined;
}

/** Lists an exchange's markets, in its order. */
export function listMarkets(markets: readonly Market[]): Listings {
  const bySection = { spot: new Map<string, Listing>(), futures: new Map<string, Listing>() };
  const leftOut: Pair[] = [];
  for (const market of markets) {
    const section = sectionOf(market.pair);
    const symbol = `${market.base}${market.quote}`.toUpperCase();
    const listed = bySection[section];
    if (!isServed(market.pair, market.quote) || listed.has(symbol)) leftOut.push(market.pair);
    else listed.set(symbol, { symbol, section, market });
  }
  const lists = { spot: [...bySection.spot.values()], futures: [...bySection.futures.values()] };
  return {
    all: [...lists.spot, ...lists.futures],
    leftOut,
    of: (section) => lists[section],
    find: (section, symbol) => bySection[section].get(symbol),
  };
}

function sectionOf(pair: Pair): Section {
  return pair.includes(':') ? 'futures' : 'spot';
}

/** Binance's USDⓈ-M futures are those settled in their quote currency. */
function isServed(pair: Pair, quote: string): boolean {
  const settle = pair.split(':')[1];
  return settle === undefined || settle === quote;
}
