import { CandlecastError, type ErrorDescription } from '../util/errors.ts';

/**
 * What a caller can do about an error: `request`, ask for something else; `data`, the data has to be mended; `outside`, something
 * beyond the program (a file system, a network, an exchange) refused, and asking again later can help, after `retryAfterMs` where
 * that is told; `account`, the exchange refuses this key or this address, and nothing helps but a change of them, so stop asking.
 */
export type ExchangeErrorKind = 'request' | 'data' | 'outside' | 'account';

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
  EXCHANGE_UNKNOWN_EXCHANGE: {
    kind: 'request',
    meaning: 'There is no exchange of this name.',
    remedy: 'Use a name that ccxt has; `candlecast list-exchanges` prints them.',
  },
  EXCHANGE_CCXT_MISSING: {
    kind: 'request',
    meaning:
      'Real exchanges are reached through ccxt, which is optional and not installed, or not in a version that fits.',
    remedy: 'Install it with the command in the message.',
  },
  EXCHANGE_NOT_OFFERED: {
    kind: 'request',
    meaning: 'The exchange does not offer what was asked for: candles, tickers, an order book, or a trading mode.',
    remedy: 'Do without it, or use an exchange that offers it.',
  },
  EXCHANGE_REJECTED: {
    kind: 'request',
    meaning: 'The exchange refused a request for a reason of its own, which the message quotes.',
    remedy: 'Correct what the reason names.',
  },
  EXCHANGE_UNREACHABLE: {
    kind: 'outside',
    meaning: 'The exchange could not be reached, or broke off the connection.',
    remedy: 'Check the network and the addresses in `urls`; it is tried again.',
  },
  EXCHANGE_TIMEOUT: {
    kind: 'outside',
    meaning: 'The exchange did not answer in time.',
    remedy: 'It is tried again. Where it happens often, raise `timeout` in ccxt_config.',
  },
  EXCHANGE_RATE_LIMITED: {
    kind: 'outside',
    meaning: 'The exchange was asked too often (429), or shut this address out for some time (418).',
    remedy:
      'It is asked again once the time that it named is over. Let fewer bots share an address, or follow fewer pairs.',
  },
  EXCHANGE_UNAVAILABLE: {
    kind: 'outside',
    meaning: 'The exchange is down for maintenance, or has a fault of its own.',
    remedy: "See the exchange's status page; it is tried again.",
  },
  EXCHANGE_BAD_ANSWER: {
    kind: 'outside',
    meaning: 'The exchange answered with something that is cut off or makes no sense.',
    remedy: 'It is tried again. Where it lasts, check the addresses in `urls`, or update ccxt.',
  },
  EXCHANGE_STALE_CANDLES: {
    kind: 'outside',
    meaning: 'The exchange answered with older candles than it had given before.',
    remedy: 'It is tried again; no older candle is taken for a new one.',
  },
  EXCHANGE_CLOCK_DIFFERENCE: {
    kind: 'outside',
    meaning: "The exchange refused a request because its clock and this machine's differ too far.",
    remedy: "The difference is measured anew and the request tried again. Set the machine's clock.",
  },
  EXCHANGE_BAD_KEY: {
    kind: 'account',
    meaning: 'The exchange refused the API key, its secret or password, or what the key is allowed to do.',
    remedy: 'Check key, secret, password and permissions, and the addresses that the key is bound to.',
  },
  EXCHANGE_BANNED: {
    kind: 'account',
    meaning: 'The exchange refuses this address or account, and named no time at which it ends.',
    remedy: "Ask from another address, or see the exchange's rules on where it may be used.",
  },
} as const satisfies Readonly<Record<string, ErrorDescription & { readonly kind: ExchangeErrorKind }>>;

export type ExchangeErrorCode = keyof typeof exchangeErrors;

/** What exchanges and candle files throw. `value` is the name, number or path at fault. */
export class ExchangeError extends CandlecastError<ExchangeErrorCode> {
  /** Milliseconds that the exchange is left alone for: as long as it wants, or for a while where it is asked too often and told no time. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ExchangeErrorCode,
    message: string,
    options: { readonly value?: unknown; readonly cause?: unknown; readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(code, message, options);
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Whether to ask for something else, mend the data, try again, or stop. */
  get kind(): ExchangeErrorKind {
    return exchangeErrors[this.code].kind;
  }
}
