import { CandlecastError, type ErrorDescription } from '../util/errors.ts';

/**
 * What a caller can do about an error: `request`, ask for something else; `data`, the data has to be mended; `outside`, something
 * beyond the program (a file system, a network) refused, and asking again later can help.
 */
export type ExchangeErrorKind = 'request' | 'data' | 'outside';

/** Codes of `ExchangeError`. */
export const exchangeErrors = {
  EXCHANGE_UNKNOWN_PAIR: {
    kind: 'request',
    meaning: 'The exchange has no such pair.',
    remedy: 'Use a pair that the message or `fetchMarkets` lists; in a data folder, download its candles first.',
  },
  EXCHANGE_UNKNOWN_TIMEFRAME: {
    kind: 'request',
    meaning: 'There are no candles of this timeframe.',
    remedy: 'Use a timeframe that the message lists; in a data folder, download its candles first.',
  },
  EXCHANGE_UNKNOWN_CANDLE_TYPE: {
    kind: 'request',
    meaning: 'The pair has no candles of this type.',
    remedy: 'Use a candle type that the message lists: spot for BASE/QUOTE pairs, futures for BASE/QUOTE:SETTLE.',
  },
  EXCHANGE_BAD_OPTION: {
    kind: 'request',
    meaning: 'An option is outside its range.',
    remedy: 'Give it a value within the range that the message names.',
  },
  EXCHANGE_CLOSED: {
    kind: 'request',
    meaning: 'The exchange was asked after it was closed.',
    remedy: 'Close it last, or open another.',
  },
  EXCHANGE_DATA_FOLDER_MISSING: {
    kind: 'request',
    meaning: 'The data folder does not exist, or is not a folder.',
    remedy:
      "Give the folder with the candle files themselves, as in user_data/data/binance; check the path's spelling.",
  },
  EXCHANGE_DATA_FOLDER_EMPTY: {
    kind: 'data',
    meaning: 'The data folder holds no candle file of a readable name and format.',
    remedy:
      'Download candles into it, or convert them to feather, json or json.gz; names are as in BTC_USDT-5m.feather.',
  },
  EXCHANGE_FILE_UNREADABLE: {
    kind: 'outside',
    meaning: 'The file system refused a file or folder.',
    remedy: "See the reason in the message: most often a missing permission or a folder in a file's place.",
  },
  EXCHANGE_FILE_CORRUPT: {
    kind: 'data',
    meaning: 'A candle file is cut off, damaged, or of another format than its name says.',
    remedy: 'Download the file again.',
  },
  EXCHANGE_BAD_CANDLES: {
    kind: 'data',
    meaning: 'Candles are out of order or double, or a column or number is missing or impossible.',
    remedy: 'Mend the row that the message names, or download the file again.',
  },
  EXCHANGE_RECORDING_TOO_SHORT: {
    kind: 'data',
    meaning: 'A recording holds fewer candles than the strategy needs to start.',
    remedy: 'Download a longer time, or lower startupCandleCount.',
  },
} as const satisfies Readonly<Record<string, ErrorDescription & { readonly kind: ExchangeErrorKind }>>;

export type ExchangeErrorCode = keyof typeof exchangeErrors;

/** What exchanges and candle files throw. `value` is the name, number or path at fault. */
export class ExchangeError extends CandlecastError<ExchangeErrorCode> {
  /** Whether to ask for something else, mend the data, or try again. */
  get kind(): ExchangeErrorKind {
    return exchangeErrors[this.code].kind;
  }
}
