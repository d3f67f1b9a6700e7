import type { CandleType, PairKey, Timeframe } from '../../market/index.ts';
import { type Offer, checkKey } from '../check-request.ts';
import type { CandleFile, DataFolder } from './data-folder.ts';

/** What a folder has, by pair, candle type and timeframe. */
export function offersOf(folder: DataFolder): ReadonlyMap<string, Offer> {
  const offers = new Map<string, Map<CandleType, Timeframe[]>>();
  for (const { key } of folder.files) {
    const offer = offers.get(key.pair) ?? new Map<CandleType, Timeframe[]>();
    offers.set(key.pair, offer.set(key.candleType, [...(offer.get(key.candleType) ?? []), key.timeframe]));
  }
  return offers;
}

/**
 * The file with the candles of a key.
 *
 * @throws ExchangeError EXCHANGE_UNKNOWN_PAIR, EXCHANGE_UNKNOWN_CANDLE_TYPE, EXCHANGE_UNKNOWN_TIMEFRAME.
 */
export function fileOf(folder: DataFolder, key: PairKey): CandleFile {
  const file = folder.find(key);
  if (file) return file;
  checkKey(`the data folder ${folder.path}`, offersOf(folder), key);
  throw new Error(`invariant broken: ${folder.path} offers what it has no file for`);
}
