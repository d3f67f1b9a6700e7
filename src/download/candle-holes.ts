import { type Candles, type PairKey, type Timeframe, nextCandleOpen, timeframeMs } from '../market/index.ts';

/**
 * How many candles are missing between the first and the last one: times without a trade, or a gap. Funding rates come in a
 * rhythm of their own, in which nothing can be found missing.
 */
export function countHoles(candles: Candles, { timeframe, candleType }: Omit<PairKey, 'pair'>): number {
  const [first, last] = [candles.at(0, 'date'), candles.last('date')];
  if (first === undefined || last === undefined || candleType === 'funding_rate') return 0;
  return Math.max(0, countOpenings(first, last, timeframe) - candles.length);
}

/** How many candles open from one opening to another, both included. */
function countOpenings(first: number, last: number, timeframe: Timeframe): number {
  let count = Math.round((last - first) / timeframeMs(timeframe));
  // Months and years have no fixed length.
  while (nextCandleOpen(first, timeframe, count) > last) count -= 1;
  while (nextCandleOpen(first, timeframe, count + 1) <= last) count += 1;
  return count + 1;
}
