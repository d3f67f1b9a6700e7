import { listText } from '../util/list-text.ts';
import {
  type CandleType,
  type Pair,
  type PairKey,
  type Timeframe,
  type TimestampMs,
  candleOpen,
  nextCandleOpen,
} from '../market/index.ts';
import { didYouMean } from '../util/nearest-name.ts';
import type { FetchCandlesOptions, FetchOrderBookOptions } from './exchange.ts';
import { ExchangeError } from './exchange-error.ts';

/** The most candles that one call gives. */
export const longestFetch = 100_000;

/** The most levels of a side that one order book gives. */
export const deepestBook = 1000;

const USUAL_DEPTH = 100;

/** Names that a message lists at most. */
const MOST_NAMES = 12;

/** What there is for one pair, by candle type. */
export type Offer = ReadonlyMap<CandleType, readonly Timeframe[]>;

/**
 * @throws ExchangeError EXCHANGE_BAD_OPTION for a limit or since that can't be meant; the signal's reason when it has aborted.
 */
export function checkFetchOptions(options: FetchCandlesOptions): void {
  options.signal?.throwIfAborted();
  checkNumber('limit', options.limit, { least: 1, most: longestFetch, integer: true });
  for (const name of ['since', 'until'] as const) {
    const time = options[name];
    if (time !== undefined && !Number.isFinite(time)) throw badOption(name, 'milliseconds since 1970', time);
  }
}

/** The time at which those candles had closed that have closed by `now` and opened before `until`. */
export function seenAt(now: TimestampMs, until: TimestampMs | undefined, timeframe: Timeframe): TimestampMs {
  if (until === undefined || until > now) return now;
  const open = candleOpen(until, timeframe);
  return Math.min(now, open === until ? until : nextCandleOpen(open, timeframe));
}

/** How many levels of an order book are asked for. Throws as `checkFetchOptions` does. */
export function bookDepth({ limit = USUAL_DEPTH, signal }: FetchOrderBookOptions): number {
  signal?.throwIfAborted();
  checkNumber('limit', limit, { least: 1, most: deepestBook, integer: true });
  return limit;
}

/** Throws ExchangeError EXCHANGE_UNKNOWN_PAIR, whose message lists what there is, unless `known` has the pair. */
export function checkPair(exchange: string, known: ReadonlyMap<string, unknown>, pair: Pair): void {
  if (known.has(pair)) return;
  const message = `${exchange} has no pair ${pair}; it has ${listText([...known.keys()], MOST_NAMES)}${didYouMean(pair, known.keys())}`;
  throw new ExchangeError('EXCHANGE_UNKNOWN_PAIR', message, { value: pair });
}

/** Throws ExchangeError EXCHANGE_BAD_OPTION unless the option is a number within its range, ends included. */
export function checkNumber(
  name: string,
  value: number,
  range: { readonly least: number; readonly most: number; readonly integer?: boolean },
): void {
  const { least, most, integer = false } = range;
  if (value >= least && value <= most && (!integer || Number.isInteger(value))) return;
  throw badOption(name, `${integer ? 'a whole number' : 'a number'} from ${least} to ${most}`, value);
}

/** The error for an option outside its range. */
export function badOption(name: string, expected: string, value: unknown): ExchangeError {
  return new ExchangeError('EXCHANGE_BAD_OPTION', `${name} must be ${expected}, found ${String(value)}`, { value });
}

/**
 * Makes sure that there is what `key` asks for.
 *
 * @throws ExchangeError EXCHANGE_UNKNOWN_PAIR, EXCHANGE_UNKNOWN_CANDLE_TYPE, EXCHANGE_UNKNOWN_TIMEFRAME; the message lists
 * what there is.
 */
export function checkKey(exchange: string, offers: ReadonlyMap<string, Offer>, key: PairKey): void {
  const { pair, timeframe, candleType } = key;
  checkPair(exchange, offers, pair);
  const offer = offers.get(pair);
  const timeframes = offer?.get(candleType);
  if (!timeframes) {
    const message = `${exchange} has no ${candleType} candles of ${pair}; it has ${listText([...(offer?.keys() ?? [])], MOST_NAMES)}`;
    throw new ExchangeError('EXCHANGE_UNKNOWN_CANDLE_TYPE', message, { value: candleType });
  }
  if (timeframes.includes(timeframe)) return;
  const message = `${exchange} has no ${timeframe} candles of ${pair}, ${candleType}; it has ${listText(timeframes, MOST_NAMES)}`;
  throw new ExchangeError('EXCHANGE_UNKNOWN_TIMEFRAME', message, { value: timeframe });
}

/** The error for asking an exchange that was closed. */
export function closedError(exchange: string): ExchangeError {
  return new ExchangeError('EXCHANGE_CLOSED', `${exchange} was asked after it was closed`);
}
