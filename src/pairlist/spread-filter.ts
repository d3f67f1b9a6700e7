import type { Ticker } from '../exchange/index.ts';
import type { SpreadFilterConfig } from './pairlist-config.ts';
import { type PairlistHandler, sift } from './pairlist-handler.ts';

/** Pairs whose bid and ask are close. */
export function spreadFilter({ method, max_spread_ratio: most }: SpreadFilterConfig): PairlistHandler {
  return {
    method,
    needsTickers: true,
    filter(pairs, { tickers }) {
      if (most === 0) return { pairs, leftOut: [] };
      return sift(pairs, (pair) => reasonAgainstSpread(tickers.get(pair), most));
    },
  };
}

/** Why a pair is left out; undefined where it stays. The spread is 1 - bid / ask. */
export function reasonAgainstSpread(ticker: Pick<Ticker, 'bid' | 'ask'> | undefined, most: number): string | undefined {
  const { bid = 0, ask = 0 } = ticker ?? {};
  if (!(bid > 0 && ask > 0)) return 'the exchange tells no bid and ask of it';
  const spread = 1 - bid / ask;
  return spread > most ? `its spread is ${shown(spread)}, and max_spread_ratio is ${shown(most)}` : undefined;
}

function shown(ratio: number): string {
  return String(Number(ratio.toPrecision(3)));
}
