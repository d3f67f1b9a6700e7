import type { Market } from '../exchange/index.ts';
import type { CandleType, Pair } from '../market/index.ts';

/** What is traded: candles of which type, and paid with what. */
export interface TradeRules {
  readonly candleType: CandleType;
  /** Undefined for any. */
  readonly stakeCurrency: string | undefined;
}

/** freqtrade trades nothing with finer prices: what is computed with them is wrong. */
const FINEST_PRICE = 1e-11;

/** Why a bot can't trade a market at all; undefined where it can. */
export function reasonUntradable(market: Market, { candleType }: Pick<TradeRules, 'candleType'>): string | undefined {
  if (!market.candleTypes.includes(candleType)) return `the exchange has no ${candleType} candles of it`;
  const { pricePrecision } = market;
  if (pricePrecision === undefined || pricePrecision > FINEST_PRICE) return undefined;
  return `steps of its price, ${pricePrecision}, are too fine to compute with`;
}

/** Why a bot does not trade a pair now; undefined where it does. */
export function reasonAgainst(pair: Pair, markets: ReadonlyMap<Pair, Market>, rules: TradeRules): string | undefined {
  const market = markets.get(pair);
  if (market === undefined) return 'the exchange does not have it';
  const untradable = reasonUntradable(market, rules);
  if (untradable !== undefined) return untradable;
  const { stakeCurrency } = rules;
  if (stakeCurrency !== undefined && market.quote !== stakeCurrency) {
    return `it is paid in ${market.quote}, and stake_currency is ${stakeCurrency}`;
  }
  return market.isActive ? undefined : 'the exchange has suspended it';
}
