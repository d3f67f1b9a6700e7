import { Frame, type Numbers, timestamps } from '../frame/index.ts';
import type { TimestampMs } from './timeframe.ts';

/** One candle. `date` is when it opened. Prices are in the quote currency, volume in the base currency. */
export interface Candle {
  readonly date: TimestampMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** The columns of every frame that starts as candles. A type, not an interface, so that it is a frame's schema. */
export type CandleSchema = {
  readonly date: 'timestamp';
  readonly open: 'float64';
  readonly high: 'float64';
  readonly low: 'float64';
  readonly close: 'float64';
  readonly volume: 'float64';
};

/** Candles of one pair and timeframe, oldest first, one row each. */
export type Candles = Frame<CandleSchema>;

export const candleColumns = ['date', 'open', 'high', 'low', 'close', 'volume'] as const;

/** Candles as a frame. */
export function candlesFrame(candles: readonly Candle[]): Candles {
  const column = (name: keyof Candle): Numbers => Float64Array.from(candles, (candle) => candle[name]);
  return Frame.of({
    date: timestamps(column('date')),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  });
}

/** No candles. */
export const noCandles: Candles = candlesFrame([]);
