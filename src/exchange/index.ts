export { longestFetch } from './check-request.ts';
export type { Exchange, FetchCandlesOptions, Market } from './exchange.ts';
export { ExchangeError, type ExchangeErrorCode, type ExchangeErrorKind, exchangeErrors } from './exchange-error.ts';
export { type CandleFormat, candleFilePath } from './recorded/candle-file-name.ts';
export {
  type CandleFile,
  type CandleRange,
  type DataFolder,
  type DataFolderOptions,
  openDataFolder,
} from './recorded/data-folder.ts';
export { type PlaybackRange, playbackRange } from './recorded/playback-range.ts';
export { readCandles } from './recorded/read-candles.ts';
export { type RecordedExchangeOptions, recordedExchange } from './recorded/recorded-exchange.ts';
export { writeCandles } from './recorded/write-candles.ts';
export { type SimulatedExchangeOptions, simulatedExchange } from './simulated/simulated-exchange.ts';
export { simulatedPairs } from './simulated/simulated-pairs.ts';
