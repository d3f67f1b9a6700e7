import type { OrderBook, Ticker } from '../exchange/index.ts';
import type { TimestampMs } from '../market/index.ts';
import { decimalText } from './decimal-text.ts';
import type { Listing } from './symbols.ts';

const DAY_MS = 86_400_000;

/** The figures of a ticker that Binance gives and that follow from others; where one is not known, from the last price. */
export function tickerFigures(ticker: Ticker) {
  const { last, open = last, high = Math.max(open, last), low = Math.min(open, last), baseVolume = 0 } = ticker;
  const { bid = last, ask = last, quoteVolume = baseVolume * last } = ticker;
  const { percentage = open === 0 ? 0 : (last / open - 1) * 100 } = ticker;
  const average = baseVolume === 0 ? last : quoteVolume / baseVolume;
  return {
    last,
    open,
    high,
    low,
    bid,
    ask,
    baseVolume,
    quoteVolume,
    percentage,
    average,
    change: difference(last, open),
  };
}

/** With no more decimals than either has. */
function difference(a: number, b: number): number {
  const decimals = (value: number) => decimalText(value).split('.')[1]?.length ?? 0;
  return Number((a - b).toFixed(Math.min(100, Math.max(decimals(a), decimals(b)))));
}

/** A ticker as `ticker/24hr` has it. Futures have no best prices in it. */
export function tickerRow({ symbol, section }: Listing, ticker: Ticker, closeTime: TimestampMs): object {
  const figures = tickerFigures(ticker);
  const best = {
    prevClosePrice: decimalText(figures.open),
    bidPrice: decimalText(figures.bid),
    bidQty: '0',
    askPrice: decimalText(figures.ask),
    askQty: '0',
  };
  return {
    symbol,
    priceChange: decimalText(figures.change),
    priceChangePercent: figures.percentage.toFixed(3),
    weightedAvgPrice: decimalText(figures.average),
    lastPrice: decimalText(figures.last),
    lastQty: '0',
    ...(section === 'spot' ? best : {}),
    openPrice: decimalText(figures.open),
    highPrice: decimalText(figures.high),
    lowPrice: decimalText(figures.low),
    volume: decimalText(figures.baseVolume),
    quoteVolume: decimalText(figures.quoteVolume),
    openTime: closeTime - DAY_MS,
    closeTime,
    firstId: 0,
    lastId: 0,
    count: 0,
  };
}

/** The best prices of a book as `ticker/bookTicker` has them. */
export function bookTickerRow({ symbol, section }: Listing, book: OrderBook, time: TimestampMs) {
  const [bid, ask] = [book.bids[0] ?? [0, 0], book.asks[0] ?? [0, 0]];
  return {
    symbol,
    bidPrice: decimalText(bid[0]),
    bidQty: decimalText(bid[1]),
    askPrice: decimalText(ask[0]),
    askQty: decimalText(ask[1]),
    ...(section === 'futures' ? { time } : {}),
  };
}
