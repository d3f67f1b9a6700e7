import type { Candle, CandleType } from '../../market/index.ts';
import { isObject } from '../../util/is-object.ts';
import { ExchangeError } from '../exchange-error.ts';

/**
 * Candles out of what ccxt's `fetchOHLCV` or `watchOHLCV` resolved with, dates ascending and unique; of two with one date the
 * later one counts. Volume may be missing where nothing is traded (mark and index prices), and is NaN then.
 *
 * @throws ExchangeError EXCHANGE_BAD_ANSWER where it is no list of candles.
 */
export function candlesOfRows(raw: unknown, what: string, type: CandleType): readonly Candle[] {
  if (!Array.isArray(raw)) throw badAnswer(what, `no list of candles but ${describe(raw)}`);
  const candles = new Map<number, Candle>();
  for (const [index, row] of raw.entries()) {
    const candle = candleOf(row, type);
    if (candle === undefined) throw badAnswer(what, `candle ${index} is ${describe(row)}`);
    candles.set(candle.date, candle);
  }
  return [...candles.values()].sort((a, b) => a.date - b.date);
}

/** Funding rates as freqtrade keeps them: the rate as `open`, everything else 0. Throws as `candlesOfRows` does. */
export function candlesOfRates(raw: unknown, what: string): readonly Candle[] {
  if (!Array.isArray(raw)) throw badAnswer(what, `no list of funding rates but ${describe(raw)}`);
  const rows = raw.map((rate: unknown) => (isObject(rate) ? [rate.timestamp, rate.fundingRate, 0, 0, 0, 0] : rate));
  return candlesOfRows(rows, what, 'funding_rate');
}

function candleOf(row: unknown, type: CandleType): Candle | undefined {
  if (!Array.isArray(row)) return undefined;
  const [date, open, high, low, close, volume] = row.map((cell: unknown) => (typeof cell === 'number' ? cell : NaN));
  const isComplete = [date, open, high, low, close].every(Number.isFinite);
  if (!isComplete || date < 0) return undefined;
  const isTraded = type === 'spot' || type === 'futures';
  if (isTraded && !(low > 0 && high >= Math.max(open, close) && low <= Math.min(open, close))) return undefined;
  return { date, open, high, low, close, volume: isTraded && Number.isNaN(volume ?? NaN) ? 0 : (volume ?? NaN) };
}

function badAnswer(what: string, found: string): ExchangeError {
  return new ExchangeError('EXCHANGE_BAD_ANSWER', `${what}: the answer makes no sense: ${found}`);
}

function describe(value: unknown): string {
  const text =
    typeof value === 'string' ? `"${value}"` : Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
