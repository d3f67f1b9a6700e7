import type { Exchange } from '../exchange/index.ts';
import { type TimestampMs, candleOpen, nextCandleOpen } from '../market/index.ts';
import type { Clock } from '../util/clock.ts';
import { type Balance, Balances } from './balances.ts';
import { MOST_OPEN_ORDERS, tradingRules } from './exchange-info.ts';
import { type Fixed, fixedOf, parseFixed, times } from './fixed.ts';
import { MarketServerError } from './market-server-error.ts';
import type { MarketView } from './market-view.ts';
import { type Fill, reaches, sumOf, takeFromBook } from './match-order.ts';
import { type OrderRequest, type PaperOrder, type PaperTrade, isOpen } from './paper-order.ts';
import { refusals } from './refusal.ts';
import { rowsOf } from './served-candles.ts';
import { shortestKey } from './shortest-key.ts';
import type { Listing } from './symbols.ts';

export interface PaperAccountOptions {
  /** What clients send with each request, and what they sign with. */
  readonly apiKey: string;
  readonly secret: string;
  /** How much of which currency, in decimal text so that no digit is lost: `{ USDT: '1000' }`. */
  readonly balances: Readonly<Record<string, string>>;
  /** What trades cost. Default: what the market says, and 0.001 where it does not. */
  readonly fees?: { readonly maker: number; readonly taker: number };
  /**
   * What the time of signed requests is held against. Default the market's clock; under a compressed one no client can sign in
   * time, so give the wall's there.
   */
  readonly signingClock?: Clock;
}

/** The deepest book that a market order is matched against. */
const BOOK_LEVELS = 1000;
/** Candles looked at together for whether they reach an order. */
const CANDLES_AT_ONCE = 1000;
/** Finished orders that are remembered. */
const MOST_ORDERS = 10_000;
const DEFAULT_FEE = 0.001;

/**
 * An account that trades on paper against the market's prices. Nothing that it does moves the market.
 *
 * What an order takes at once comes from the order book as it stands, which is whole again for the next. The rest of a limit order
 * fills whole, at its own price, in the first candle of the shortest timeframe whose range comes to that price; the candle in
 * which the order was placed does not count, since its prices may be from before. Orders are looked after whenever the account is
 * asked, one request after the other, so the same requests at the same market times give the same account.
 */
export class PaperAccount {
  readonly apiKey: string;
  readonly secret: string;
  readonly signingClock: Clock;
  readonly #exchange: Exchange;
  readonly #view: MarketView;
  readonly #fees: PaperAccountOptions['fees'];
  readonly #balances: Balances;
  readonly #orders = new Map<number, PaperOrder>();
  readonly #trades: PaperTrade[] = [];
  #lastOrder = 0;
  #lastTrade = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws MarketServerError SERVER_BAD_BALANCE */
  constructor(options: PaperAccountOptions, market: { readonly exchange: Exchange; readonly view: MarketView }) {
    this.apiKey = options.apiKey;
    this.secret = options.secret;
    this.#exchange = market.exchange;
    this.#view = market.view;
    this.#fees = options.fees;
    this.signingClock = options.signingClock ?? market.exchange.clock;
    this.#balances = new Balances(readBalances(options.balances));
  }

  /** Lets `use` have the account for itself, with its orders looked after up to now. */
  async at<Result>(use: (ledger: Ledger) => Result | Promise<Result>): Promise<Result> {
    const result = this.#turn.then(async () => {
      await this.#lookAfterOrders();
      return use({
        balances: this.#balances.list(),
        orders: [...this.#orders.values()],
        trades: this.#trades,
        place: (request) => this.#place(request),
        cancel: (order) => this.#end(order, 'CANCELED'),
      });
    });
    this.#turn = result.catch(() => {});
    return result;
  }

  /** What a listing's trades cost, as a share. */
  feesOf({ market }: Listing): { readonly maker: number; readonly taker: number } {
    return this.#fees ?? market.fees ?? { maker: DEFAULT_FEE, taker: DEFAULT_FEE };
  }

  get #now(): TimestampMs {
    return Math.floor(this.#exchange.clock.now());
  }

  async #place(request: OrderRequest): Promise<PaperOrder> {
    const { listing, clientOrderId } = request;
    const open = [...this.#orders.values()].filter(isOpen);
    if (open.length >= MOST_OPEN_ORDERS) throw refusals.tooManyOrders();
    if (clientOrderId !== undefined && open.some((order) => order.clientOrderId === clientOrderId)) {
      throw refusals.duplicateOrder();
    }
    const fills = await this.#takes(request);
    const { amount, cost } = sumOf(fills);
    const now = this.#now;
    const order: PaperOrder = {
      id: this.#lastOrder + 1,
      clientOrderId: clientOrderId ?? `paper-${this.#lastOrder + 1}`,
      request,
      amount: request.amount ?? amount,
      time: now,
      updateTime: now,
      filled: 0n,
      cost: 0n,
      status: 'NEW',
      trades: [],
      locked: 0n,
      checkedUntil: now,
    };
    const { side, price } = request;
    // All that it may cost is set aside before anything else happens: without the money there is no order.
    order.locked = side === 'SELL' ? order.amount : price === undefined ? cost : times(price, order.amount);
    this.#balances.lock(lockedAsset(order), order.locked);
    this.#lastOrder = order.id;
    this.#remember(order);
    for (const fill of fills) this.#fill(order, fill, { time: now, isMaker: false });
    const rests = request.type !== 'MARKET' && request.timeInForce === 'GTC';
    if (isOpen(order) && !rests) this.#end(order, 'EXPIRED');
    const { timeframe } = await shortestKey(this.#exchange, listing);
    order.checkedUntil = nextCandleOpen(candleOpen(now, timeframe), timeframe);
    return order;
  }

  /** What an order takes from the book at once. @throws Refusal -2010 where it may not take */
  async #takes(request: OrderRequest): Promise<readonly Fill[]> {
    const { listing, side, price: limitPrice, amount, cost, type, timeInForce } = request;
    const book = await this.#exchange.fetchOrderBook(listing.market.pair, { limit: BOOK_LEVELS });
    const amountStep = fixedOf(tradingRules(listing).amountStep);
    const want = { side, limitPrice, amount, cost, amountStep };
    const fills = takeFromBook(side === 'BUY' ? book.asks : book.bids, want);
    if (type === 'LIMIT_MAKER' && fills.length > 0) throw refusals.wouldTake();
    return timeInForce === 'FOK' && amount !== undefined && sumOf(fills).amount < amount ? [] : fills;
  }

  #remember(order: PaperOrder): void {
    this.#orders.set(order.id, order);
    if (this.#orders.size <= MOST_ORDERS + MOST_OPEN_ORDERS) return;
    for (const old of this.#orders.values()) {
      if (isOpen(old)) continue;
      this.#orders.delete(old.id);
      this.#trades.splice(0, this.#trades.length, ...this.#trades.filter(({ order: { id } }) => id !== old.id));
      return;
    }
  }

  #fill(
    order: PaperOrder,
    { price, amount }: Fill,
    how: { readonly time: TimestampMs; readonly isMaker: boolean },
  ): void {
    const { side, listing, price: limitPrice } = order.request;
    const { base, quote } = listing.market;
    const cost = times(price, amount);
    const isBuy = side === 'BUY';
    const setAside = isBuy ? times(limitPrice ?? price, amount) : amount;
    this.#balances.unlock(lockedAsset(order), setAside);
    order.locked -= setAside;
    this.#balances.spend(isBuy ? quote : base, isBuy ? cost : amount);
    const fees = this.feesOf(listing);
    const received = isBuy ? amount : cost;
    const commission = times(received, fixedOf(how.isMaker ? fees.maker : fees.taker));
    const commissionAsset = isBuy ? base : quote;
    this.#balances.add(commissionAsset, received - commission);
    const trade = { id: ++this.#lastTrade, order, price, amount, commission, commissionAsset, ...how };
    order.trades.push(trade);
    this.#trades.push(trade);
    order.filled += amount;
    order.cost += cost;
    order.updateTime = how.time;
    order.status = 'PARTIALLY_FILLED';
    if (order.filled === order.amount) this.#end(order, 'FILLED');
  }

  #end(order: PaperOrder, status: 'FILLED' | 'CANCELED' | 'EXPIRED'): void {
    order.status = status;
    if (status === 'CANCELED') order.updateTime = this.#now;
    this.#balances.unlock(lockedAsset(order), order.locked);
    order.locked = 0n;
  }

  async #lookAfterOrders(): Promise<void> {
    for (const order of this.#orders.values()) if (isOpen(order)) await this.#lookAfter(order);
  }

  async #lookAfter(order: PaperOrder): Promise<void> {
    const { listing, side, price } = order.request;
    if (price === undefined) return;
    const key = await shortestKey(this.#exchange, listing);
    const now = this.#now;
    while (order.checkedUntil <= now) {
      const window = { asOf: now, from: order.checkedUntil, limit: CANDLES_AT_ONCE };
      const candles = rowsOf(await this.#view.candles(key, window));
      const reached = candles.find((candle) => reaches(candle, side, price));
      if (reached !== undefined) {
        const time = Math.min(now, nextCandleOpen(reached.date, key.timeframe) - 1);
        return this.#fill(order, { price, amount: order.amount - order.filled }, { time, isMaker: true });
      }
      const last = candles.at(-1);
      if (last === undefined) return;
      // The candle that is open is looked at again.
      const end = nextCandleOpen(last.date, key.timeframe);
      order.checkedUntil = end > now ? last.date : end;
      if (end > now || candles.length < CANDLES_AT_ONCE) return;
    }
  }
}

/** An account as it is at one moment, and what can be done to it. */
export interface Ledger {
  readonly balances: readonly Balance[];
  readonly orders: readonly PaperOrder[];
  readonly trades: readonly PaperTrade[];
  /** @throws Refusal -2010 */
  place(request: OrderRequest): Promise<PaperOrder>;
  cancel(order: PaperOrder): void;
}

function lockedAsset({ request: { side, listing } }: PaperOrder): string {
  return side === 'BUY' ? listing.market.quote : listing.market.base;
}

function readBalances(balances: PaperAccountOptions['balances']): ReadonlyMap<string, Fixed> {
  return new Map(
    Object.entries(balances).map(([asset, text]) => {
      const amount = parseFixed(text);
      if (amount !== undefined && /^[^\s/:]{1,20}$/.test(asset)) return [asset, amount];
      const message = `balance "${asset}:${text}": expected a currency and an amount, as in USDT:1000`;
      throw new MarketServerError('SERVER_BAD_BALANCE', message, { value: text });
    }),
  );
}

/**
 * Balances as the command line has them: `USDT:1000`.
 *
 * @throws MarketServerError SERVER_BAD_BALANCE
 */
export function parseBalances(texts: readonly string[]): Readonly<Record<string, string>> {
  const balances = Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf(':');
      return [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
    }),
  );
  readBalances(balances);
  return balances;
}
