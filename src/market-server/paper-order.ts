import type { TimestampMs } from '../market/index.ts';
import { type TradingRules, tradingRules } from './exchange-info.ts';
import { type Fixed, fixedOf, parseFixed, times } from './fixed.ts';
import type { Side } from './match-order.ts';
import { refusals } from './refusal.ts';
import type { RequestParameters } from './request-parameters.ts';
import type { Listing } from './symbols.ts';

export type OrderType = 'LIMIT' | 'LIMIT_MAKER' | 'MARKET';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK';
export type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED';

/** What a client asks to buy or sell. */
export interface OrderRequest {
  readonly listing: Listing;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** Undefined for market orders, and only there. */
  readonly price: Fixed | undefined;
  /** In the base currency; undefined where `cost` tells how much. */
  readonly amount: Fixed | undefined;
  /** In the quote currency, for market orders. */
  readonly cost: Fixed | undefined;
  readonly clientOrderId: string | undefined;
}

/** One trade of an order. */
export interface PaperTrade {
  readonly id: number;
  readonly order: PaperOrder;
  readonly time: TimestampMs;
  readonly price: Fixed;
  readonly amount: Fixed;
  readonly commission: Fixed;
  readonly commissionAsset: string;
  readonly isMaker: boolean;
}

/** An order as it stands. */
export interface PaperOrder {
  readonly id: number;
  readonly clientOrderId: string;
  readonly request: OrderRequest;
  /** What it is of; for a market order told by its cost, what it got. */
  amount: Fixed;
  readonly time: TimestampMs;
  updateTime: TimestampMs;
  filled: Fixed;
  cost: Fixed;
  status: OrderStatus;
  readonly trades: PaperTrade[];
  /** What is set aside for it. */
  locked: Fixed;
  /** Candles that opened before this have been looked at. */
  checkedUntil: TimestampMs;
}

/** Whether an order can still trade. */
export function isOpen({ status }: PaperOrder): boolean {
  return status === 'NEW' || status === 'PARTIALLY_FILLED';
}

const orderTypes = ['LIMIT', 'LIMIT_MAKER', 'MARKET'] as const;
const timesInForce = ['GTC', 'IOC', 'FOK'] as const;
const CLIENT_ID = /^[.A-Z:/a-z0-9_-]{1,36}$/;

/**
 * Reads an order and holds it to the market's rules.
 *
 * @throws Refusal -1100, -1102, -1104, -1013
 */
export function readOrder(parameters: RequestParameters, listing: Listing): OrderRequest {
  const side = parameters.oneOf('side', ['BUY', 'SELL'] as const);
  const typeText = parameters.needText('type');
  const type = orderTypes.find((known) => known === typeText);
  if (side === undefined) throw refusals.missingParameter('side');
  if (type === undefined) throw refusals.notSupported(`orders of type ${typeText}, only ${orderTypes.join(', ')}`);
  const timeInForce = parameters.oneOf('timeInForce', timesInForce);
  if (type === 'LIMIT' && timeInForce === undefined) throw refusals.missingParameter('timeInForce');
  const clientOrderId = parameters.text('newClientOrderId');
  if (clientOrderId !== undefined && !CLIENT_ID.test(clientOrderId)) {
    throw refusals.badParameter('newClientOrderId', CLIENT_ID.source);
  }
  const cost = type === 'MARKET' ? money(parameters, 'quoteOrderQty') : undefined;
  const amount = cost === undefined ? needMoney(parameters, 'quantity') : undefined;
  const price = type === 'MARKET' ? undefined : needMoney(parameters, 'price');
  if (!listing.market.isActive) throw refusals.marketClosed();
  checkRules(tradingRules(listing), { amount, price, cost });
  return { listing, side, type, timeInForce: timeInForce ?? 'GTC', price, amount, cost, clientOrderId };
}

function money(parameters: RequestParameters, name: string): Fixed | undefined {
  const text = parameters.text(name);
  if (text === undefined) return undefined;
  const value = parseFixed(text);
  if (value === undefined) throw refusals.badParameter(name, '^([0-9]{1,20})(\\.[0-9]{1,20})?$');
  return value;
}

function needMoney(parameters: RequestParameters, name: string): Fixed {
  const value = money(parameters, name);
  if (value === undefined) throw refusals.missingParameter(name);
  return value;
}

function checkRules(
  rules: TradingRules,
  { amount, price, cost }: Pick<OrderRequest, 'amount' | 'price' | 'cost'>,
): void {
  if (amount !== undefined) {
    const { amountStep, minAmount, maxAmount } = rules;
    const fits = amount % fixedOf(amountStep) === 0n && amount >= fixedOf(minAmount) && amount <= fixedOf(maxAmount);
    if (amount === 0n || !fits) throw refusals.filterFailure('LOT_SIZE');
  }
  if (price !== undefined) {
    const { priceStep, minPrice, maxPrice } = rules;
    const fits = price % fixedOf(priceStep) === 0n && price >= fixedOf(minPrice) && price <= fixedOf(maxPrice);
    if (price === 0n || !fits) throw refusals.filterFailure('PRICE_FILTER');
  }
  const total = cost ?? (amount === undefined || price === undefined ? undefined : times(price, amount));
  if (total !== undefined && total < fixedOf(rules.minCost)) throw refusals.filterFailure('NOTIONAL');
}
