import type { OrderBook, Ticker } from '../exchange/index.ts';
import type { Timeframe, TimestampMs } from '../market/index.ts';
import { decimalText } from './decimal-text.ts';
import { quoteVolume } from './kline-rows.ts';
import { type ServedCandle, closeTimeOf } from './served-candles.ts';
import type { Listing } from './symbols.ts';
import { bookTickerRow, tickerFigures } from './ticker-rows.ts';

const DAY_MS = 86_400_000;

/** What a kline stream tells of a candle, but for the time of telling. */
export function klineOf({ symbol }: Listing, timeframe: Timeframe, candle: ServedCandle) {
  return {
    t: candle.date,
    T: closeTimeOf(candle.date, timeframe),
    s: symbol,
    i: timeframe,
    f: 0,
    L: 0,
    o: decimalText(candle.open),
    c: decimalText(candle.close),
    h: decimalText(candle.high),
    l: decimalText(candle.low),
    v: decimalText(candle.volume),
    n: 0,
    x: candle.isClosed,
    q: decimalText(quoteVolume(candle)),
    V: '0',
    Q: '0',
    B: '0',
  };
}

/** A message of a kline stream. */
export function klineMessage({ symbol }: Listing, kline: object, time: TimestampMs): object {
  return { e: 'kline', E: time, s: symbol, k: kline };
}

/** A message of a ticker stream. */
export function tickerMessage({ symbol, section }: Listing, ticker: Ticker, time: TimestampMs): object {
  const figures = tickerFigures(ticker);
  const best = {
    x: decimalText(figures.open),
    b: decimalText(figures.bid),
    B: '0',
    a: decimalText(figures.ask),
    A: '0',
  };
  return {
    ...miniTickerMessage({ symbol }, ticker, time),
    e: '24hrTicker',
    p: decimalText(figures.change),
    P: figures.percentage.toFixed(3),
    w: decimalText(figures.average),
    Q: '0',
    ...(section === 'spot' ? best : {}),
    O: time - DAY_MS,
    C: time,
    F: 0,
    L: 0,
    n: 0,
  };
}

/** A message of a stream of short tickers. */
export function miniTickerMessage({ symbol }: Pick<Listing, 'symbol'>, ticker: Ticker, time: TimestampMs): object {
  const figures = tickerFigures(ticker);
  return {
    e: '24hrMiniTicker',
    E: time,
    s: symbol,
    c: decimalText(figures.last),
    o: decimalText(figures.open),
    h: decimalText(figures.high),
    l: decimalText(figures.low),
    v: decimalText(figures.baseVolume),
    q: decimalText(figures.quoteVolume),
  };
}

/** A message of a stream of best prices. */
export function bookTickerMessage(listing: Listing, book: OrderBook, time: TimestampMs): object {
  const { bidPrice, bidQty, askPrice, askQty } = bookTickerRow(listing, book, time);
  const prices = { u: time, s: listing.symbol, b: bidPrice, B: bidQty, a: askPrice, A: askQty };
  return listing.section === 'spot' ? prices : { e: 'bookTicker', E: time, T: time, ...prices };
}
