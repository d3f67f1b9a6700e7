import { type ApiCall, type RouteTable, type Scene, askedListing } from './api-call.ts';
import { cancelledRow, myTradeRow, orderRow, placedRow } from './account-rows.ts';
import { fixedText } from './fixed.ts';
import { below } from './market-routes.ts';
import type { Ledger, PaperAccount } from './paper-account.ts';
import { type PaperOrder, isOpen, readOrder } from './paper-order.ts';
import { refusals } from './refusal.ts';

const DEFAULT_ROWS = 500;
const MOST_ROWS = 1000;

/** What the holder of the paper account may ask for: spot only. */
export const accountRoutes: RouteTable = below('/api/v3', {
  'GET account': { weight: 20, access: 'signed', answer: accountOf },
  'GET account/commission': { weight: 20, access: 'signed', answer: commissionOf },
  'POST order': { weight: 1, access: 'signed', answer: placeOrder },
  'POST order/test': { weight: 1, access: 'signed', answer: testOrder },
  'GET order': { weight: 4, access: 'signed', answer: (call, scene) => withOrder(call, scene, orderRow) },
  'DELETE order': { weight: 1, access: 'signed', answer: cancelOrder },
  'GET openOrders': { weight: 6, access: 'signed', answer: openOrders },
  'DELETE openOrders': { weight: 1, access: 'signed', answer: cancelOrders },
  'GET allOrders': { weight: 20, access: 'signed', answer: allOrders },
  'GET myTrades': { weight: 20, access: 'signed', answer: myTrades },
});

/** The account; access was checked, so that there is one. */
export function accountIn({ account }: Scene): PaperAccount {
  if (account === undefined) throw refusals.unauthorized();
  return account;
}

async function accountOf(call: ApiCall, scene: Scene): Promise<object> {
  const omitsZeros = call.parameters.oneOf('omitZeroBalances', ['true', 'false'] as const) === 'true';
  return accountIn(scene).at(({ balances }) => ({
    makerCommission: 10,
    takerCommission: 10,
    buyerCommission: 0,
    sellerCommission: 0,
    canTrade: true,
    canWithdraw: false,
    canDeposit: false,
    brokered: false,
    accountType: 'SPOT',
    updateTime: Math.floor(scene.exchange.clock.now()),
    balances: balances
      .filter(({ free, locked }) => !omitsZeros || free > 0n || locked > 0n)
      .map(({ asset, free, locked }) => ({ asset, free: fixedText(free), locked: fixedText(locked) })),
    permissions: ['SPOT'],
    uid: 1,
  }));
}

function commissionOf(call: ApiCall, scene: Scene): object {
  const listing = askedListing(call, scene);
  const { maker, taker } = accountIn(scene).feesOf(listing);
  const rates = { maker: String(maker), taker: String(taker), buyer: '0', seller: '0' };
  const none = { maker: '0', taker: '0', buyer: '0', seller: '0' };
  return { symbol: listing.symbol, standardCommission: rates, specialCommission: none, taxCommission: none };
}

async function placeOrder(call: ApiCall, scene: Scene): Promise<object> {
  const request = readOrder(call.parameters, askedListing(call, scene));
  return accountIn(scene).at(async (ledger) => placedRow(await ledger.place(request)));
}

function testOrder(call: ApiCall, scene: Scene): object {
  readOrder(call.parameters, askedListing(call, scene));
  return {};
}

/** What is told of the order that a request names. @throws Refusal -2013 */
async function withOrder(call: ApiCall, scene: Scene, row: (order: PaperOrder) => object): Promise<object> {
  return accountIn(scene).at((ledger) => {
    const order = namedOrder(call, scene, ledger);
    if (order === undefined) throw refusals.noSuchOrder();
    return row(order);
  });
}

function namedOrder(call: ApiCall, scene: Scene, { orders }: Ledger): PaperOrder | undefined {
  const { symbol } = askedListing(call, scene);
  const [id, clientId] = [call.parameters.whole('orderId'), call.parameters.text('origClientOrderId')];
  if (id === undefined && clientId === undefined) throw refusals.missingParameter('orderId');
  const isNamed = (order: PaperOrder) => (id === undefined ? order.clientOrderId === clientId : order.id === id);
  return orders.findLast((order) => order.request.listing.symbol === symbol && isNamed(order));
}

async function cancelOrder(call: ApiCall, scene: Scene): Promise<object> {
  return accountIn(scene).at((ledger) => {
    const order = namedOrder(call, scene, ledger);
    if (order === undefined || !isOpen(order)) throw refusals.unknownOrder();
    ledger.cancel(order);
    return cancelledRow(order);
  });
}

async function openOrders(call: ApiCall, scene: Scene): Promise<readonly object[]> {
  const symbol = call.parameters.text('symbol') === undefined ? undefined : askedListing(call, scene).symbol;
  return accountIn(scene).at(({ orders }) => openOf(orders, symbol).map(orderRow));
}

async function cancelOrders(call: ApiCall, scene: Scene): Promise<readonly object[]> {
  const { symbol } = askedListing(call, scene);
  return accountIn(scene).at((ledger) => {
    const open = openOf(ledger.orders, symbol);
    if (open.length === 0) throw refusals.unknownOrder();
    for (const order of open) ledger.cancel(order);
    return open.map(cancelledRow);
  });
}

function openOf(orders: readonly PaperOrder[], symbol: string | undefined): readonly PaperOrder[] {
  return orders.filter((order) => isOpen(order) && (symbol === undefined || order.request.listing.symbol === symbol));
}

async function allOrders(call: ApiCall, scene: Scene): Promise<readonly object[]> {
  const { symbol } = askedListing(call, scene);
  const { parameters } = call;
  const fromId = parameters.whole('orderId');
  return accountIn(scene).at(({ orders }) => {
    const own = orders.filter((order) => order.request.listing.symbol === symbol);
    return page(own, call, fromId).map(orderRow);
  });
}

async function myTrades(call: ApiCall, scene: Scene): Promise<readonly object[]> {
  const { symbol } = askedListing(call, scene);
  const { parameters } = call;
  const [orderId, fromId] = [parameters.whole('orderId'), parameters.whole('fromId')];
  return accountIn(scene).at(({ trades }) => {
    const own = trades.filter(({ order }) => order.request.listing.symbol === symbol);
    const asked = own.filter(({ order }) => orderId === undefined || order.id === orderId);
    return page(asked, call, fromId).map(myTradeRow);
  });
}

/** The rows that a request asks for by id, time and limit: the newest, unless it says from where. */
function page<Row extends { readonly id: number; readonly time: number }>(
  rows: readonly Row[],
  { parameters }: ApiCall,
  fromId: number | undefined,
): readonly Row[] {
  const [from, until] = [parameters.whole('startTime'), parameters.whole('endTime')];
  const limit = Math.min(parameters.whole('limit') ?? DEFAULT_ROWS, MOST_ROWS);
  const asked = rows
    .filter(({ id }) => fromId === undefined || id >= fromId)
    .filter(({ time }) => time >= (from ?? -Infinity) && time <= (until ?? Infinity));
  const isFromStart = fromId !== undefined || from !== undefined;
  return isFromStart ? asked.slice(0, limit) : asked.slice(-Math.max(1, limit));
}
