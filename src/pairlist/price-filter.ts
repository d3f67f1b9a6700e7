import type { Market, Ticker } from '../exchange/index.ts';
import type { PriceFilterConfig } from './pairlist-config.ts';
import { type PairlistHandler, sift } from './pairlist-handler.ts';

/** Pairs whose last price, one step of it, and one step of the amount suit. */
export function priceFilter(config: PriceFilterConfig): PairlistHandler {
  const { low_price_ratio: ratio, min_price: least, max_price: most, max_value: worth } = config;
  const isEnabled = [ratio, least, most, worth].some((limit) => limit > 0);
  return {
    method: config.method,
    needsTickers: true,
    filter(pairs, { markets, tickers }) {
      if (!isEnabled) return { pairs, leftOut: [] };
      return sift(pairs, (pair) => reasonAgainstPrice(tickers.get(pair)?.last, markets.get(pair), config));
    },
  };
}

/**
 * Why a pair is left out; undefined where it stays. Where the exchange does not tell the steps that a check needs, the pair does not
 * pass it.
 */
export function reasonAgainstPrice(
  last: Ticker['last'] | undefined,
  market: Pick<Market, 'pricePrecision' | 'amountPrecision' | 'limits'> | undefined,
  config: Omit<PriceFilterConfig, 'method'>,
): string | undefined {
  if (last === undefined || !(last > 0)) return 'it has no last price: as a rule it was not traded in 24 hours';
  const { min_price: least, max_price: most } = config;
  const steps = reasonAgainstStep(last, market, config) ?? reasonAgainstWorth(last, market, config);
  if (steps !== undefined) return steps;
  if (least !== 0 && last < least) return `its price, ${last}, is below min_price, ${least}`;
  return most !== 0 && last > most ? `its price, ${last}, is above max_price, ${most}` : undefined;
}

function reasonAgainstStep(
  last: number,
  market: Pick<Market, 'pricePrecision'> | undefined,
  { low_price_ratio: ratio }: Pick<PriceFilterConfig, 'low_price_ratio'>,
): string | undefined {
  if (ratio === 0) return undefined;
  const step = market?.pricePrecision;
  if (step === undefined) return 'the exchange does not tell the steps of its price';
  const share = step / last;
  if (share <= ratio) return undefined;
  return `a step of its price is ${percent(share)} of it, and low_price_ratio is ${percent(ratio)}`;
}

/** What one step more than the smallest amount costs. Without a smallest amount there is no check. */
function reasonAgainstWorth(
  last: number,
  market: Pick<Market, 'amountPrecision' | 'limits'> | undefined,
  { max_value: most }: Pick<PriceFilterConfig, 'max_value'>,
): string | undefined {
  const least = market?.limits?.amount?.min;
  if (most === 0 || least === undefined) return undefined;
  const step = market?.amountPrecision;
  if (step === undefined) return 'the exchange does not tell the steps of its amount';
  const worth = (least + step) * last - least * last;
  return worth > most ? `a step of its amount is worth ${worth}, and max_value is ${most}` : undefined;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
