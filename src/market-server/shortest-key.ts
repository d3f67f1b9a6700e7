import { type Exchange, ExchangeError } from '../exchange/index.ts';
import type { CandleType, PairKey } from '../market/index.ts';
import { refusals } from './refusal.ts';
import type { Listing } from './symbols.ts';

/**
 * The shortest candles that there are of a market: in a recording not every pair has those of the shortest timeframe.
 *
 * @throws Refusal -1013 where there are none; ExchangeError.
 */
export async function shortestKey(
  exchange: Exchange,
  { market, section }: Listing,
  candleType: CandleType = section,
): Promise<PairKey> {
  for (const timeframe of exchange.timeframes) {
    const key = { pair: market.pair, timeframe, candleType };
    try {
      await exchange.fetchCandles(key, { limit: 1 });
      return key;
    } catch (error) {
      if (!(error instanceof ExchangeError) || error.code !== 'EXCHANGE_UNKNOWN_TIMEFRAME') throw error;
    }
  }
  throw refusals.marketClosed();
}
