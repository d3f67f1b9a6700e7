import type { TimestampMs } from '../market/index.ts';
import { decimalText } from './decimal-text.ts';
import type { Listing, Section } from './symbols.ts';

/** Where a market does not tell its smallest steps. */
const DEFAULT_STEP = 1e-8;
const LARGEST = 1e9;

/** How much a client may ask for in a minute, as the answer states it. Not enforced: `--fault 429` is for that. */
const WEIGHT_LIMIT = 6000;
export const MOST_OPEN_ORDERS = 200;

/** The steps and bounds that orders of a market have to keep to. */
export interface TradingRules {
  readonly priceStep: number;
  readonly amountStep: number;
  readonly minPrice: number;
  readonly maxPrice: number;
  readonly minAmount: number;
  readonly maxAmount: number;
  readonly minCost: number;
}

/** A market's rules; what it does not tell is 8 decimals, from one step to a thousand million, and no least cost. */
export function tradingRules({ market }: Listing): TradingRules {
  const { pricePrecision: priceStep = DEFAULT_STEP, amountPrecision: amountStep = DEFAULT_STEP, limits } = market;
  return {
    priceStep,
    amountStep,
    minPrice: limits?.price?.min ?? priceStep,
    maxPrice: limits?.price?.max ?? LARGEST,
    minAmount: limits?.amount?.min ?? amountStep,
    maxAmount: limits?.amount?.max ?? LARGEST,
    minCost: limits?.cost?.min ?? 0,
  };
}

/** The body of `exchangeInfo`. */
export function exchangeInfo(section: Section, listings: readonly Listing[], serverTime: TimestampMs): object {
  return {
    timezone: 'UTC',
    serverTime,
    rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: WEIGHT_LIMIT }],
    exchangeFilters: [],
    symbols: listings.map((listing) => (section === 'spot' ? spotSymbol(listing) : futuresSymbol(listing))),
  };
}

function spotSymbol(listing: Listing): object {
  const { symbol, market } = listing;
  return {
    symbol,
    status: statusOf(listing, 'BREAK'),
    baseAsset: market.base,
    baseAssetPrecision: 8,
    quoteAsset: market.quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET'],
    icebergAllowed: false,
    ocoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: false,
    cancelReplaceAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      ...commonFilters(listing),
      { filterType: 'NOTIONAL', minNotional: decimalText(tradingRules(listing).minCost), applyMinToMarket: true },
    ],
    permissions: ['SPOT'],
    permissionSets: [['SPOT']],
  };
}

/** When perpetual futures are delivered, in Binance's way of saying never. */
const NEVER = 4_133_404_800_000;

function futuresSymbol(listing: Listing): object {
  const { symbol, market } = listing;
  const { priceStep, amountStep, minCost } = tradingRules(listing);
  return {
    symbol,
    pair: symbol,
    contractType: 'PERPETUAL',
    deliveryDate: NEVER,
    status: statusOf(listing, 'SETTLING'),
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: market.base,
    quoteAsset: market.quote,
    marginAsset: market.quote,
    pricePrecision: decimals(priceStep),
    quantityPrecision: decimals(amountStep),
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    filters: [
      ...commonFilters(listing),
      { ...lotSize(listing), filterType: 'MARKET_LOT_SIZE' },
      { filterType: 'MIN_NOTIONAL', notional: decimalText(minCost) },
    ],
    orderTypes: ['LIMIT', 'MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK'],
  };
}

function statusOf({ market }: Listing, inactive: string): string {
  return market.isActive ? 'TRADING' : inactive;
}

function commonFilters(listing: Listing): readonly object[] {
  const { priceStep, minPrice, maxPrice } = tradingRules(listing);
  return [
    {
      filterType: 'PRICE_FILTER',
      minPrice: decimalText(minPrice),
      maxPrice: decimalText(maxPrice),
      tickSize: decimalText(priceStep),
    },
    { ...lotSize(listing), filterType: 'LOT_SIZE' },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: MOST_OPEN_ORDERS },
  ];
}

function lotSize(listing: Listing): object {
  const { amountStep, minAmount, maxAmount } = tradingRules(listing);
  return { minQty: decimalText(minAmount), maxQty: decimalText(maxAmount), stepSize: decimalText(amountStep) };
}

function decimals(step: number): number {
  return decimalText(step).split('.')[1]?.length ?? 0;
}
