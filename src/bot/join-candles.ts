import { type Candle, type Candles, candleColumns, candlesFrame } from '../market/index.ts';
import { rowsBefore } from './rows-before.ts';

/**
 * The candles held and those fetched as one run, oldest first. Of a candle that both have, the fetched one counts; one that only
 * the held have stays, unless it looks as if it had been put into a hole: then the hole is left, to be filled from what is before it
 * now. The held candles themselves where nothing is new.
 */
export function joinCandles(held: Candles, fetched: Candles): Candles {
  const { date } = held.columns;
  if (fetched.length === 0) return held;
  const from = rowsBefore(date, fetched.columns.date[0]);
  const same = sameRows(held, fetched, from);
  if (from + same === held.length) return same === fetched.length ? held : held.append(fetched.slice(same));
  if (same === fetched.length) return held;
  const at = from + same;
  return held.slice(0, at).append(candlesFrame(union(held.slice(at), fetched.slice(same))));
}

/** How many rows of `held` from row `from` on are the first ones of `fetched`, to the bit. */
function sameRows(held: Candles, fetched: Candles, from: number): number {
  const rows = Math.min(held.length - from, fetched.length);
  let same = rows;
  for (const name of candleColumns) {
    const [mine, theirs] = [held.columns[name], fetched.columns[name]];
    let row = 0;
    while (row < same && Object.is(mine[from + row], theirs[row])) row++;
    same = row;
  }
  return same;
}

function union(held: Candles, fetched: Candles): Candle[] {
  const byDate = new Map<number, Candle>();
  for (const candle of rowsOf(held)) if (!isStandIn(candle)) byDate.set(candle.date, candle);
  for (const candle of rowsOf(fetched)) byDate.set(candle.date, candle);
  return [...byDate.values()].toSorted((a, b) => a.date - b.date);
}

function* rowsOf(candles: Candles): Generator<Candle> {
  for (let row = 0; row < candles.length; row++) {
    const candle = candles.row(row);
    if (candle !== undefined) yield candle;
  }
}

/** Nothing was traded and nothing moved: as `fillHoles` makes them. */
function isStandIn({ open, high, low, close, volume }: Candle): boolean {
  return volume === 0 && open === close && high === close && low === close;
}
