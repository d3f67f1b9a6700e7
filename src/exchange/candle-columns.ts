import { Column, Frame } from '../frame/index.ts';
import { type CandleSchema, type Candles, candleColumns } from '../market/index.ts';

/** The columns of candles as plain arrays, to be filled and then handed over. */
export type CandleArrays = Readonly<Record<(typeof candleColumns)[number], Float64Array>>;

/** Room for `rows` candles. */
export function candleArrays(rows: number): CandleArrays {
  const column = () => new Float64Array(rows);
  return { date: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
}

/** Rows `start` to `end` (exclusive) as a frame, without copying: the arrays must not be written to again. */
export function candlesOf(arrays: CandleArrays, start: number, end: number): Candles {
  return Frame.fromColumns<CandleSchema>(
    candleColumns.map((name) => [
      name,
      Column.adopt(name === 'date' ? 'timestamp' : 'float64', arrays[name].subarray(start, end)),
    ]),
  );
}
