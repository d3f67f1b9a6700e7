import { Frame, type AnyFrame, type ColumnKind } from '../../frame/index.ts';
import type { CandleSchema, CandleType, Candles } from '../../market/index.ts';
import { candleColumns } from '../../market/index.ts';
import { ExchangeError } from '../exchange-error.ts';

const priceColumns = ['open', 'high', 'low', 'close'] as const;

/** Kinds that a file's column may have, by what it becomes: pandas writes whole prices as integers. */
const dateKinds: readonly (ColumnKind | undefined)[] = ['timestamp', 'int'];
const numberKinds: readonly (ColumnKind | undefined)[] = ['float64', 'int'];

/** What freqtrade's files of funding rates hold besides the date; older ones are like candles, with the rate as `open`. */
export const RATE_COLUMN = 'funding_rate';

/**
 * The candles in a file's frame, in their own columns and order; further columns are left out.
 *
 * @param where for messages: the file.
 * @throws ExchangeError EXCHANGE_BAD_CANDLES when a column is missing or of another kind, or a row is wrong.
 */
export function toCandles(stored: AnyFrame, candleType: CandleType, where: string): Candles {
  const isRates = candleType === 'funding_rate' && stored.has(RATE_COLUMN) && !stored.has('open');
  const frame = isRates ? withRates(stored) : stored;
  for (const name of candleColumns) {
    const allowed = name === 'date' ? dateKinds : numberKinds;
    const kind = frame.kind(name);
    if (allowed.includes(kind)) continue;
    const found = kind === undefined ? `it has ${frame.names.join(', ')}` : `found ${kind}`;
    throw badCandles(where, `expected a column "${name}" of ${allowed.join(' or ')}; ${found}`, kind);
  }
  const candles = Frame.fromColumns<CandleSchema>(
    candleColumns.map((name) => {
      const column = frame.column(name);
      if (name === 'date' || column.kind === 'float64') return [name, column];
      return [name, Frame.of({ values: Float64Array.from(frame.numbers(name)) }).column('values')];
    }),
  );
  checkCandles(candles, candleType, where);
  return candles;
}

function withRates(frame: AnyFrame): AnyFrame {
  const none = new Float64Array(frame.length);
  return frame.rename({ [RATE_COLUMN]: 'open' }).with({ high: none, low: none, close: none, volume: none });
}

/**
 * Makes sure that dates are ascending and unique, prices finite, and volumes not negative. Volumes may be missing (NaN) where
 * candles are not of trades, as with mark prices and funding rates.
 *
 * @throws ExchangeError EXCHANGE_BAD_CANDLES; the message names the row, counted from 0.
 */
export function checkCandles(candles: Candles, candleType: CandleType, where: string): void {
  const { date, volume } = candles.columns;
  const mayMissVolume = candleType !== 'spot' && candleType !== 'futures';
  for (let row = 0; row < candles.length; row++) {
    if (!Number.isFinite(date[row])) throw badCandles(where, `row ${row} has no date`, date[row]);
    if (row > 0 && date[row] <= date[row - 1])
      throw badCandles(where, disorder(row, date[row - 1], date[row]), date[row]);
    for (const name of priceColumns) {
      const price = candles.columns[name][row];
      if (!Number.isFinite(price)) throw badCandles(where, `row ${row} has ${name} ${price}, not a number`, price);
    }
    if (volume[row] >= 0 && volume[row] < Infinity) continue;
    if (Number.isNaN(volume[row]) && mayMissVolume) continue;
    throw badCandles(where, `row ${row} has volume ${volume[row]}, expected 0 or more`, volume[row]);
  }
}

/** The error for candles that can't be used. */
export function badCandles(where: string, what: string, value: unknown): ExchangeError {
  return new ExchangeError('EXCHANGE_BAD_CANDLES', `${where}: ${what}`, { value });
}

function disorder(row: number, before: number, date: number): string {
  const [is, was] = [dateText(date), dateText(before)];
  return date === before
    ? `rows ${row - 1} and ${row} are both of ${is}`
    : `row ${row} is of ${is}, before row ${row - 1} of ${was}`;
}

function dateText(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms`;
}
