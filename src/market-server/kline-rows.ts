import type { Timeframe } from '../market/index.ts';
import { decimalText } from './decimal-text.ts';
import { type ServedCandle, closeTimeOf } from './served-candles.ts';

/** A candle in Binance's shape. What candles do not tell is 0: the number of trades, and what takers bought. */
export function klineRow(candle: ServedCandle, timeframe: Timeframe): readonly (string | number)[] {
  const { date, open, high, low, close, volume } = candle;
  return [
    date,
    decimalText(open),
    decimalText(high),
    decimalText(low),
    decimalText(close),
    decimalText(volume),
    closeTimeOf(date, timeframe),
    decimalText(quoteVolume(candle)),
    0,
    '0',
    '0',
    '0',
  ];
}

/** What was traded in the quote currency, at the middle of the candle's prices: the candle does not tell it. */
export function quoteVolume({ open, high, low, close, volume }: ServedCandle): number {
  return volume * ((open + high + low + close) / 4);
}

/** Rows some of which stand twice: the last, and the middle one where there are several. */
export function withDoubles<Row>(rows: readonly Row[]): readonly Row[] {
  const middle = rows.length >> 1;
  return rows.flatMap((row, i) => (i === rows.length - 1 || (i === middle && rows.length > 2) ? [row, row] : [row]));
}
