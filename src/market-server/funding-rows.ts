import type { TimestampMs } from '../market/index.ts';
import { type ApiCall, type Scene, askedListing, askedListings, serverTime } from './api-call.ts';
import { decimalText } from './decimal-text.ts';
import { shortestKey } from './shortest-key.ts';
import type { Listing } from './symbols.ts';

/** Binance's interest rate, which is the funding rate of a calm market: taken where the exchange has no funding rates. */
const DEFAULT_RATE = 0.0001;
const FUNDING_MS = 8 * 3_600_000;
const DEFAULT_RATES = 100;
const MOST_RATES = 1000;

/** `premiumIndex`: mark prices, which are the last prices here, and the next funding. */
export async function premiumIndex(call: ApiCall, scene: Scene): Promise<unknown> {
  const { asked, isOne } = askedListings(call, scene);
  const time = serverTime(scene);
  const tickers = await scene.exchange.fetchTickers({ pairs: asked.map(({ market }) => market.pair) });
  const lasts = new Map(tickers.map(({ pair, last }) => [pair, decimalText(last)]));
  const rows = asked.map(({ symbol, market }) => ({
    symbol,
    markPrice: lasts.get(market.pair) ?? '0',
    indexPrice: lasts.get(market.pair) ?? '0',
    estimatedSettlePrice: lasts.get(market.pair) ?? '0',
    lastFundingRate: decimalText(DEFAULT_RATE),
    interestRate: decimalText(DEFAULT_RATE),
    nextFundingTime: (Math.floor(time / FUNDING_MS) + 1) * FUNDING_MS,
    time,
  }));
  return isOne ? rows[0] : rows;
}

/** `fundingRate`: what was paid, every eight hours. */
export async function fundingRates(call: ApiCall, scene: Scene): Promise<unknown> {
  const { parameters } = call;
  const listing = askedListing(call, scene);
  const limit = Math.min(parameters.whole('limit') ?? DEFAULT_RATES, MOST_RATES);
  const until = Math.min(parameters.whole('endTime') ?? Infinity, scene.exchange.clock.now());
  const from = parameters.whole('startTime');
  const rates = await ratesOf(listing, scene, { from, until, limit });
  return rates.map(({ time, rate }) => ({
    symbol: listing.symbol,
    fundingTime: time,
    fundingRate: decimalText(rate),
    markPrice: '',
  }));
}

interface FundingRate {
  readonly time: TimestampMs;
  readonly rate: number;
}

async function ratesOf(
  listing: Listing,
  { desk, exchange }: Scene,
  {
    from,
    until,
    limit,
  }: { readonly from: TimestampMs | undefined; readonly until: TimestampMs; readonly limit: number },
): Promise<readonly FundingRate[]> {
  if (listing.market.candleTypes.includes('funding_rate')) {
    const key = await shortestKey(exchange, listing, 'funding_rate');
    const candles = await desk.candles(key, { from, until, limit });
    return candles.map(({ date, open }) => ({ time: date, rate: open }));
  }
  const last = Math.floor(until / FUNDING_MS) * FUNDING_MS;
  const first = from === undefined ? last - (limit - 1) * FUNDING_MS : Math.ceil(from / FUNDING_MS) * FUNDING_MS;
  const count = Math.max(0, Math.min(limit, Math.floor((last - first) / FUNDING_MS) + 1));
  return Array.from({ length: count }, (_, i) => ({ time: first + i * FUNDING_MS, rate: DEFAULT_RATE }));
}
