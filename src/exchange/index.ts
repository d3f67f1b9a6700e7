export { openCcxtExchange as ccxtExchange } from './ccxt/open-ccxt-exchange.ts';
export type { CcxtExchangeOptions } from './ccxt/ccxt-exchange-options.ts';
export type { CcxtCredentials } from './ccxt/instance-config.ts';
export { type CcxtListing, ccxtExchanges, ccxtVersion } from './ccxt/load-ccxt.ts';
export type { TradingMode } from './ccxt/market-of.ts';
export { type RetryPolicy, defaultRetryPolicy } from './ccxt/retry.ts';
export { deepestBook, longestFetch } from './check-request.ts';
export type {
  BookLevel,
  Exchange,
  FetchCandlesOptions,
  FetchMarketsOptions,
  FetchOrderBookOptions,
  FetchTickersOptions,
  Market,
  MarketFees,
  MarketLimits,
  OrderBook,
  Range,
  Ticker,
} from './exchange.ts';
export { ExchangeError, type ExchangeErrorCode, type ExchangeErrorKind, exchangeErrors } from './exchange-error.ts';
export { type CandleFormat, candleFilePath } from './recorded/candle-file-name.ts';
export {
  type CandleFile,
  type CandleRange,
  type DataFolder,
  type DataFolderOptions,
  openDataFolder,
} from './recorded/data-folder.ts';
export { longestPlaybackRange, type PlaybackRange, playbackRange } from './recorded/playback-range.ts';
export { readCandles } from './recorded/read-candles.ts';
export { type RecordedExchangeOptions, recordedExchange } from './recorded/recorded-exchange.ts';
export { writeCandles } from './recorded/write-candles.ts';
export { type SimulatedExchangeOptions, simulatedExchange } from './simulated/simulated-exchange.ts';
export { simulatedPairs } from './simulated/simulated-pairs.ts';
