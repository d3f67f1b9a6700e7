import { Frame } from '../frame/index.ts';
import { noCandles } from '../market/index.ts';
import type { DataProvider } from '../strategy/index.ts';

/** A data provider that has nothing: for a strategy that reads its candles alone. */
export const noData: DataProvider = {
  getPairDataframe: () => noCandles,
  getAnalyzedDataframe: () => ({ frame: noCandles, lastAnalyzed: 0 }),
  currentWhitelist: () => [],
  getProducerPairs: () => [],
  getProducerDf: () => ({ status: 'missing', reason: 'no producer', frame: Frame.fromColumns([]), lastAnalyzed: 0 }),
  sendMsg() {},
};
