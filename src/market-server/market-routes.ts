import { deepestBook } from '../exchange/index.ts';
import { type CandleType, type PairKey, type Timeframe, isTimeframe } from '../market/index.ts';
import { type ApiCall, type RouteTable, type Scene, askedListing, askedListings, serverTime } from './api-call.ts';
import { decimalText } from './decimal-text.ts';
import { exchangeInfo } from './exchange-info.ts';
import { fundingRates, premiumIndex } from './funding-rows.ts';
import { klineRow, withDoubles } from './kline-rows.ts';
import { refusals } from './refusal.ts';
import type { Listing } from './symbols.ts';
import { bookTickerRow, tickerRow } from './ticker-rows.ts';
import { tradeRows } from './trade-rows.ts';

const DEFAULT_KLINES = 500;
/** The most candles of an answer, of spot and futures. */
const mostKlines = { spot: 1000, futures: 1500 } as const;
const DEFAULT_DEPTH = 100;
const DEEPEST = 5000;

/** Paths of the market's data that both sections have, below `/api/v3` and `/fapi/v1`. */
const shared: RouteTable = {
  'GET ping': { weight: 1, answer: () => ({}) },
  'GET time': { weight: 1, answer: (_, scene) => ({ serverTime: serverTime(scene) }) },
  'GET exchangeInfo': { weight: 20, answer: exchangeInfoOf },
  'GET klines': { weight: 2, answer: (call, scene) => klines(call, scene, tradedType(call)) },
  'GET ticker/24hr': { weight: 2, answer: dayTickers },
  'GET ticker/price': { weight: 2, answer: prices },
  'GET ticker/bookTicker': { weight: 2, answer: bookTickers },
  'GET depth': { weight: 5, answer: depth },
  'GET trades': { weight: 25, answer: (call, scene) => trades(call, scene, false) },
  'GET historicalTrades': { weight: 25, answer: (call, scene) => trades(call, scene, false) },
  'GET aggTrades': { weight: 4, answer: (call, scene) => trades(call, scene, true) },
};

const spotOnly: RouteTable = {
  'GET uiKlines': shared['GET klines'],
  'GET avgPrice': { weight: 2, answer: averagePrice },
};

const futuresOnly: RouteTable = {
  'GET markPriceKlines': { weight: 2, answer: (call, scene) => klines(call, scene, 'mark') },
  'GET premiumIndex': { weight: 1, answer: premiumIndex },
  'GET fundingRate': { weight: 1, answer: fundingRates },
};

/** Binance's other derivatives exist and are empty here, since clients ask for all markets at once. */
const emptyMarket: RouteTable = {
  'GET ping': shared['GET ping'],
  'GET time': shared['GET time'],
  'GET exchangeInfo': {
    weight: 1,
    answer: (_, scene) => ({
      timezone: 'UTC',
      serverTime: serverTime(scene),
      rateLimits: [],
      symbols: [],
      optionSymbols: [],
    }),
  },
};

/** Everything that anyone may ask for. */
export const marketRoutes: RouteTable = {
  ...below('/api/v3', { ...shared, ...spotOnly }),
  ...below('/api/v1', { ...shared, ...spotOnly }),
  ...below('/fapi/v1', { ...shared, ...futuresOnly }),
  ...below('/fapi/v2', { 'GET ticker/price': shared['GET ticker/price'] }),
  ...below('/dapi/v1', emptyMarket),
  ...below('/eapi/v1', emptyMarket),
};

/** Puts routes below a path. */
export function below(path: string, routes: RouteTable): RouteTable {
  const moved = Object.entries(routes).map(([name, route]) => [name.replace(' ', ` ${path}/`), route]);
  return Object.fromEntries(moved);
}

function exchangeInfoOf(call: ApiCall, scene: Scene): object {
  const { asked } = askedListings(call, scene);
  return exchangeInfo(call.section, asked, serverTime(scene));
}

function tradedType({ section }: ApiCall): CandleType {
  return section;
}

async function klines(call: ApiCall, scene: Scene, candleType: CandleType): Promise<unknown> {
  const { parameters, section, path } = call;
  const listing = askedListing(call, scene);
  const timeframe = askedInterval(parameters.needText('interval'), scene);
  const limit = parameters.whole('limit') ?? DEFAULT_KLINES;
  if (limit === 0) throw refusals.badParameter('limit', '1 to 1000');
  const window = {
    limit: Math.min(limit, mostKlines[section]),
    from: parameters.whole('startTime'),
    until: parameters.whole('endTime'),
  };
  const key = candleKey(listing, timeframe, candleType);
  const rows = (await scene.desk.candles(key, window)).map((candle) => klineRow(candle, timeframe));
  return scene.faults.duplicates(path) ? withDoubles(rows) : rows;
}

/** The key of a market's candles. Where it has none of mark prices, its own stand for them. */
function candleKey({ market }: Listing, timeframe: Timeframe, candleType: CandleType): PairKey {
  const isThere = market.candleTypes.includes(candleType);
  return { pair: market.pair, timeframe, candleType: isThere || candleType !== 'mark' ? candleType : 'futures' };
}

/** @throws Refusal -1120 */
function askedInterval(interval: string, { exchange }: Scene): Timeframe {
  if (isTimeframe(interval) && exchange.timeframes.includes(interval)) return interval;
  throw refusals.badInterval();
}

async function dayTickers(call: ApiCall, scene: Scene): Promise<unknown> {
  const time = serverTime(scene);
  return eachTicker(call, scene, (listing, ticker) => tickerRow(listing, ticker, time));
}

async function prices(call: ApiCall, scene: Scene): Promise<unknown> {
  const time = call.section === 'futures' ? { time: serverTime(scene) } : {};
  return eachTicker(call, scene, ({ symbol }, { last }) => ({ symbol, price: decimalText(last), ...time }));
}

type Tickers = Awaited<ReturnType<Scene['exchange']['fetchTickers']>>;

/** A row for each market asked for of which something is known. @throws Refusal -1121 where that is none */
async function eachTicker(
  call: ApiCall,
  scene: Scene,
  row: (listing: Listing, ticker: Tickers[number]) => object,
): Promise<unknown> {
  const { asked, isOne } = askedListings(call, scene);
  const tickers = await scene.exchange.fetchTickers({ pairs: asked.map(({ market }) => market.pair) });
  const byPair = new Map(tickers.map((ticker) => [ticker.pair, ticker]));
  const rows: object[] = [];
  for (const listing of asked) {
    const ticker = byPair.get(listing.market.pair);
    if (ticker !== undefined) rows.push(row(listing, ticker));
  }
  if (!isOne) return rows;
  if (rows.length === 0) throw refusals.badSymbol();
  return rows[0];
}

async function bookTickers(call: ApiCall, scene: Scene): Promise<unknown> {
  const { asked, isOne } = askedListings(call, scene);
  const time = serverTime(scene);
  const row = async (listing: Listing) => {
    const book = await scene.exchange.fetchOrderBook(listing.market.pair, { limit: 1 });
    return bookTickerRow(listing, book, time);
  };
  const rows = await Promise.all(asked.map(row));
  return isOne ? rows[0] : rows;
}

async function depth(call: ApiCall, scene: Scene): Promise<unknown> {
  const limit = call.parameters.whole('limit') ?? DEFAULT_DEPTH;
  if (limit === 0) throw refusals.badParameter('limit', `1 to ${DEEPEST}`);
  const { market } = askedListing(call, scene);
  const book = await scene.exchange.fetchOrderBook(market.pair, { limit: Math.min(limit, deepestBook) });
  const rows = (levels: typeof book.bids) => levels.map(([price, amount]) => [decimalText(price), decimalText(amount)]);
  const time = serverTime(scene);
  const times = call.section === 'futures' ? { E: time, T: time } : {};
  return { lastUpdateId: time, ...times, bids: rows(book.bids), asks: rows(book.asks) };
}

async function trades(call: ApiCall, scene: Scene, isAggregated: boolean): Promise<unknown> {
  const { parameters } = call;
  const limit = parameters.whole('limit') ?? DEFAULT_KLINES;
  if (limit === 0) throw refusals.badParameter('limit', `1 to ${mostKlines.spot}`);
  return tradeRows(askedListing(call, scene), scene, {
    isAggregated,
    limit: Math.min(limit, mostKlines.spot),
    fromId: parameters.whole('fromId'),
    from: parameters.whole('startTime'),
    until: parameters.whole('endTime'),
  });
}

async function averagePrice(call: ApiCall, scene: Scene): Promise<unknown> {
  const { market } = askedListing(call, scene);
  const [ticker] = await scene.exchange.fetchTickers({ pairs: [market.pair] });
  if (ticker === undefined) throw refusals.badSymbol();
  return { mins: 1, price: decimalText(ticker.last), closeTime: serverTime(scene) };
}
