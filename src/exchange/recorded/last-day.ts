import { type Candles, type TimestampMs, nextCandleOpen } from '../../market/index.ts';
import type { Clock } from '../../util/clock.ts';
import type { OrderBook, Ticker } from '../exchange.ts';
import { bestPrices, madeBook } from '../made-book.ts';
import type { CandleFile, DataFolder } from './data-folder.ts';
import { closedCount, firstFrom } from './find-row.ts';

const DAY_MS = 86_400_000;
const MINUTES_IN_DAY = 1440;
/** What a double can hold of a price, and more than exchanges quote. */
const MOST_DECIMALS = 12;

/** What a recording knows of a pair at some time. */
export interface LastDay {
  readonly file: CandleFile;
  readonly time: TimestampMs;
  /** The candles that opened in the last 24 hours and have closed, or the newest one where that is older. */
  readonly candles: Candles;
}

/** A pair's last 24 hours by the candles of a file; undefined while none has closed. */
export async function lastDay(
  folder: DataFolder,
  file: CandleFile | undefined,
  clock: Clock,
): Promise<LastDay | undefined> {
  if (file === undefined) return undefined;
  const all = await folder.load(file);
  const time = clock.now();
  const end = closedCount(all, file.key.timeframe, time);
  if (end === 0) return undefined;
  const start = Math.min(end - 1, firstFrom(all.columns.date, time - DAY_MS));
  return { file, time, candles: all.slice(start, end) };
}

/** The ticker that a day's candles make. Its volume in the quote currency is each candle's at the mean of its four prices. */
export function tickerOf({ file, time, candles }: LastDay): Ticker {
  const { date, open, high, low, close, volume } = candles.columns;
  const isToday = nextCandleOpen(date[0], file.key.timeframe) > time - DAY_MS;
  const sum = { high: -Infinity, low: Infinity, base: 0, quote: 0 };
  for (let row = 0; row < date.length; row++) {
    sum.high = Math.max(sum.high, high[row]);
    sum.low = Math.min(sum.low, low[row]);
    sum.base += volume[row];
    sum.quote += ((open[row] + high[row] + low[row] + close[row]) / 4) * volume[row];
  }
  const last = close[date.length - 1];
  const scale = 10 ** decimalsOf(candles);
  const best = bestPrices(Math.round(last * scale));
  const quoted = { pair: file.key.pair, time, last, bid: best.bid / scale, ask: best.ask / scale };
  // A pair that was not traded for a day has a last price, and no figures of the day.
  if (!isToday) return { ...quoted, baseVolume: 0, quoteVolume: 0 };
  const percentage = (last / open[0] - 1) * 100;
  const { high: dearest, low: cheapest, base, quote } = sum;
  return { ...quoted, open: open[0], high: dearest, low: cheapest, percentage, baseVolume: base, quoteVolume: quote };
}

/** An order book around the last price, since recordings hold none. */
export function bookOf({ file, time, candles }: LastDay, depth: number): OrderBook {
  const { pair } = file.key;
  const priceDecimals = decimalsOf(candles);
  let traded = 0;
  for (let row = 0; row < candles.length; row++) traded += candles.columns.volume[row];
  const amountDecimals = MOST_DECIMALS - Math.min(MOST_DECIMALS, Math.max(0, Math.ceil(Math.log10(traded || 1))));
  const minuteVolume = (traded / MINUTES_IN_DAY) * 10 ** amountDecimals;
  const last = Math.round((candles.last('close') ?? 0) * 10 ** priceDecimals);
  const seed = file.key.timeframe;
  return madeBook({ pair, seed, time, last, priceDecimals, amountDecimals, minuteVolume }, depth);
}

/** The most decimals that a closing price has: recordings do not tell the step of prices. */
function decimalsOf(candles: Candles): number {
  let most = 0;
  for (let row = 0; row < candles.length; row++) most = Math.max(most, decimals(candles.columns.close[row]));
  return most;
}

function decimals(price: number): number {
  const [digits, exponent = '0'] = String(price).split('e');
  const places = (digits.split('.')[1]?.length ?? 0) - Number(exponent);
  return Math.min(MOST_DECIMALS, Math.max(0, places));
}
