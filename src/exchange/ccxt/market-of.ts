import { type CandleType, type Pair, baseOf, isPair, quoteOf, settleOf } from '../../market/index.ts';
import { isObject } from '../../util/is-object.ts';
import type { Market, MarketLimits, Range } from '../exchange.ts';
import { type CcxtInstance, supports } from './ccxt-instance.ts';

/** What a bot trades: coins, or perpetual futures that are settled in the quote currency. */
export type TradingMode = 'spot' | 'futures';

/** ccxt's numbers for what `precision` counts in. */
const DECIMAL_PLACES = 2;
const TICK_SIZE = 4;

/** What ccxt calls the candles of each type that a future has besides its own. */
const futuresCandles: Readonly<Partial<Record<CandleType, string>>> = {
  mark: 'fetchMarkOHLCV',
  index: 'fetchIndexOHLCV',
  premiumIndex: 'fetchPremiumIndexOHLCV',
  funding_rate: 'fetchFundingRateHistory',
};

/** The types of candles that an exchange has of its pairs. */
function candleTypesOf(instance: CcxtInstance, mode: TradingMode): readonly CandleType[] {
  const own: readonly CandleType[] = supports(instance, 'fetchOHLCV') ? [mode] : [];
  if (mode === 'spot') return own;
  const more = (['mark', 'index', 'premiumIndex', 'funding_rate'] as const).filter((type) =>
    supports(instance, futuresCandles[type] ?? ''),
  );
  return [...own, ...more];
}

/** The markets of a trading mode among what ccxt's `loadMarkets` resolved with; anything else there is left out. */
export function marketsOf(loaded: unknown, instance: CcxtInstance, mode: TradingMode): ReadonlyMap<Pair, Market> {
  const candleTypes = candleTypesOf(instance, mode);
  const markets = new Map<Pair, Market>();
  for (const raw of isObject(loaded) ? Object.values(loaded) : []) {
    const market = marketOf(raw, candleTypes, { mode, precisionMode: instance.precisionMode });
    if (market) markets.set(market.pair, market);
  }
  return markets;
}

/** One market as ccxt tells it; undefined where it is not of the trading mode. */
export function marketOf(
  raw: unknown,
  candleTypes: readonly CandleType[],
  { mode, precisionMode }: { readonly mode: TradingMode; readonly precisionMode: unknown },
): Market | undefined {
  if (!isObject(raw) || typeof raw.symbol !== 'string' || !isPair(raw.symbol)) return undefined;
  const isOfMode = mode === 'spot' ? raw.spot === true : raw.swap === true && raw.linear === true;
  if (!isOfMode) return undefined;
  const pair = raw.symbol;
  const settle = settleOf(pair);
  // Amounts of futures are counted in contracts.
  const contract = mode === 'futures' ? (positive(raw.contractSize) ?? 1) : 1;
  const precision = isObject(raw.precision) ? raw.precision : {};
  const [price, amount] = [stepOf(precision.price, precisionMode), stepOf(precision.amount, precisionMode)];
  const limits = limitsOf(isObject(raw.limits) ? raw.limits : {}, contract);
  const [maker, taker] = [raw.maker, raw.taker];
  return {
    pair,
    base: typeof raw.base === 'string' ? raw.base : baseOf(pair),
    quote: typeof raw.quote === 'string' ? raw.quote : quoteOf(pair),
    ...(settle === undefined ? {} : { settle }),
    candleTypes,
    // Exchanges that tell nothing list only what is traded.
    isActive: raw.active !== false,
    ...(price === undefined ? {} : { pricePrecision: price }),
    ...(amount === undefined ? {} : { amountPrecision: shortest(amount * contract) }),
    ...(limits === undefined ? {} : { limits }),
    ...(isFinite(maker) && isFinite(taker) ? { fees: { maker, taker } } : {}),
  };
}

/** The smallest step that a precision stands for; undefined where it counts significant digits. */
function stepOf(precision: unknown, mode: unknown): number | undefined {
  if (!isFinite(precision)) return undefined;
  if (mode === TICK_SIZE) return positive(precision);
  return mode === DECIMAL_PLACES ? Number(`1e${-precision}`) : undefined;
}

function limitsOf(raw: Readonly<Record<string, unknown>>, contract: number): MarketLimits | undefined {
  const limits: { -readonly [Name in keyof MarketLimits]: Range } = {};
  for (const name of ['amount', 'price', 'cost', 'leverage'] as const) {
    const limit = rangeOf(raw[name], name === 'amount' ? contract : 1);
    if (limit) limits[name] = limit;
  }
  return Object.keys(limits).length === 0 ? undefined : limits;
}

function rangeOf(raw: unknown, unit: number): Range | undefined {
  if (!isObject(raw)) return undefined;
  const range: Range = {
    ...(isFinite(raw.min) ? { min: shortest(raw.min * unit) } : {}),
    ...(isFinite(raw.max) ? { max: shortest(raw.max * unit) } : {}),
  };
  return Object.keys(range).length === 0 ? undefined : range;
}

function positive(value: unknown): number | undefined {
  return isFinite(value) && value > 0 ? value : undefined;
}

function isFinite(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** A product without the digits that only its rounding made. */
function shortest(value: number): number {
  return Number(value.toPrecision(15));
}
