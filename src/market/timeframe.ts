import { MarketError } from './market-error.ts';

/** A candle's duration: a number and s, m, h, d, w, M (month) or y. */
export type Timeframe = string & { readonly [timeframeBrand]: true };
declare const timeframeBrand: unique symbol;

/** Milliseconds since the Unix epoch, UTC. May carry a fraction where a source is finer. */
export type TimestampMs = number;

const DAY_MS = 86_400_000;
/** Months and years have no fixed length: here 30 and 365 days, as freqtrade counts them. */
const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
  M: 30 * DAY_MS,
  y: 365 * DAY_MS,
};

/** The first Monday after the epoch, which was a Thursday: weekly candles open on Mondays. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

const TIMEFRAME_PATTERN = /^([1-9]\d{0,4})([smhdwMy])$/;

/**
 * Text as a timeframe.
 *
 * @throws MarketError MARKET_BAD_TIMEFRAME.
 */
export function parseTimeframe(text: string): Timeframe {
  if (isTimeframe(text)) return text;
  const expected = 'expected a number and one of s, m, h, d, w, M, y, for example 5m';
  throw new MarketError('MARKET_BAD_TIMEFRAME', `"${text}" is not a timeframe; ${expected}`, { value: text });
}

/** Whether text is a timeframe. */
export function isTimeframe(text: string): text is Timeframe {
  return TIMEFRAME_PATTERN.test(text);
}

/** Its nominal duration in milliseconds: exact up to weeks, 30 days a month and 365 a year. */
export function timeframeMs(timeframe: Timeframe): number {
  const { count, unit } = split(timeframe);
  return count * unitMs[unit];
}

/** When the candle that holds `time` opened. Weeks open on Monday, months and years by the UTC calendar. */
export function candleOpen(time: TimestampMs, timeframe: Timeframe): TimestampMs {
  const { count, unit } = split(timeframe);
  const whole = Math.floor(time);
  if (unit === 'M' || unit === 'y') return openOfMonths(whole, unit === 'M' ? count : 12 * count);
  const origin = unit === 'w' ? FIRST_MONDAY_MS : 0;
  // The remainder of whole milliseconds is exact, where a quotient may round up to the next candle.
  return whole - floorMod(whole - origin, count * unitMs[unit]);
}

/**
 * When the candle after the one that opened at `open` opens, which is when that one closes; with `candles`, the one so many
 * further on, or back where negative. `open` must be a candle's opening, as `candleOpen` gives it.
 */
export function nextCandleOpen(open: TimestampMs, timeframe: Timeframe, candles = 1): TimestampMs {
  const { count, unit } = split(timeframe);
  if (unit !== 'M' && unit !== 'y') return open + candles * count * unitMs[unit];
  const date = new Date(open);
  const months = candles * (unit === 'M' ? count : 12 * count);
  return date.setUTCMonth(date.getUTCMonth() + months);
}

/** Counts whole months since year 0 in steps of `months`. */
function openOfMonths(time: TimestampMs, months: number): TimestampMs {
  const date = new Date(time);
  const index = date.getUTCFullYear() * 12 + date.getUTCMonth();
  // Years below 100 mean 19xx to Date.UTC, hence the count from 2000.
  return Date.UTC(2000, index - floorMod(index, months) - 24_000);
}

/** The remainder that is never negative. */
function floorMod(value: number, divisor: number): number {
  const remainder = value % divisor;
  return remainder < 0 ? remainder + divisor : remainder;
}

function split(timeframe: Timeframe): { readonly count: number; readonly unit: string } {
  return { count: Number.parseInt(timeframe, 10), unit: timeframe.slice(-1) };
}
