import { Column, Frame } from '../frame/index.ts';
import { type CandleSchema, type Candles, candleColumns } from './candles.ts';
import { MarketError } from './market-error.ts';
import { type Timeframe, candleOpen, nextCandleOpen } from './timeframe.ts';

/** The most candles that filling may lead to. */
export const mostFilledCandles = 10_000_000;

/**
 * Candles without holes: where one is missing between two others, it is put in with the close before it as its four prices, and
 * volume 0, as freqtrade's `ohlcv_fill_up_missing_data` does. Nothing is put before the first nor after the last, and what is
 * there stays as it is; candles without holes are handed back themselves. Not for funding rates, which freqtrade does not fill.
 *
 * @throws MarketError MARKET_TOO_MANY_CANDLES where holes are so long that no one can mean to fill them.
 */
export function fillHoles(candles: Candles, timeframe: Timeframe): Candles {
  const missing = countMissing(candles, timeframe);
  if (missing === 0) return candles;
  if (candles.length + missing > mostFilledCandles) {
    const message = `filling the holes of ${candles.length} candles of ${timeframe} would make more than ${mostFilledCandles}`;
    throw new MarketError('MARKET_TOO_MANY_CANDLES', message, { value: missing });
  }
  const filled = candleColumns.map((name) => ({ name, source: candles.columns[name], cells: room(candles, missing) }));
  const { date, close } = candles.columns;
  let row = 0;
  const fill = (open: number, price: number) => {
    for (const { name, cells } of filled) cells[row] = name === 'date' ? open : name === 'volume' ? 0 : price;
    row++;
  };
  for (let from = 0; from < date.length; from++) {
    for (const { source, cells } of filled) cells[row] = source[from];
    row++;
    if (from + 1 === date.length) break;
    let open = after(date[from], timeframe);
    for (; open < date[from + 1]; open = nextCandleOpen(open, timeframe)) fill(open, close[from]);
  }
  return Frame.fromColumns<CandleSchema>(
    filled.map(({ name, cells }) => [name, Column.adopt(name === 'date' ? 'timestamp' : 'float64', cells)]),
  );
}

/** How many candles are missing between the others; more than can be filled counts as one more than that. */
function countMissing({ columns: { date } }: Candles, timeframe: Timeframe): number {
  let missing = 0;
  for (let row = 1; row < date.length && missing <= mostFilledCandles; row++) {
    let open = after(date[row - 1], timeframe);
    for (; open < date[row] && missing <= mostFilledCandles; open = nextCandleOpen(open, timeframe)) missing++;
  }
  return missing;
}

function after(date: number, timeframe: Timeframe): number {
  return nextCandleOpen(candleOpen(date, timeframe), timeframe);
}

function room(candles: Candles, missing: number): Float64Array {
  return new Float64Array(candles.length + missing);
}
