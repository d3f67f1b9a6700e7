import { type TimestampMs, timeframeMs } from '../market/index.ts';
import type { Scene } from './api-call.ts';
import { decimalText } from './decimal-text.ts';
import { shortestKey } from './shortest-key.ts';
import type { Listing } from './symbols.ts';

export interface TradeRequest {
  /** In the shape of `aggTrades`; that of `trades` otherwise. */
  readonly isAggregated: boolean;
  readonly limit: number;
  readonly fromId: number | undefined;
  readonly from: TimestampMs | undefined;
  readonly until: TimestampMs | undefined;
}

/** Each candle is told as so many trades: its open, its two ends and its close. */
const TRADES_OF_CANDLE = 4;

interface Trade {
  readonly id: number;
  readonly time: TimestampMs;
  readonly price: number;
  readonly amount: number;
  readonly buyerIsMaker: boolean;
}

/**
 * Trades, made of the shortest candles that have closed, since the exchange port has none: added up they give those candles again.
 * A trade's id follows from its time, so that clients can page by either.
 */
export async function tradeRows(listing: Listing, scene: Scene, request: TradeRequest): Promise<readonly object[]> {
  const { desk, exchange } = scene;
  const key = await shortestKey(exchange, listing);
  const span = timeframeMs(key.timeframe);
  const timeOfId = (id: number) => Math.floor(id / TRADES_OF_CANDLE) * span;
  const from = request.fromId === undefined ? request.from : timeOfId(request.fromId);
  const limit = Math.ceil(request.limit / TRADES_OF_CANDLE) + 2;
  const since = from === undefined ? undefined : Math.floor(from / span) * span;
  const candles = await desk.candles(key, { from: since, until: request.until, limit });
  const trades = candles
    .filter(({ isClosed }) => isClosed)
    .flatMap(({ date, open, high, low, close, volume }) => {
      const ends = close >= open ? [low, high] : [high, low];
      return [open, ...ends, close].map((price, i): Trade => {
        const time = date + Math.floor((i * span) / TRADES_OF_CANDLE);
        const id = Math.floor(date / span) * TRADES_OF_CANDLE + i;
        return { id, time, price, amount: volume / TRADES_OF_CANDLE, buyerIsMaker: i > 0 && price < open };
      });
    })
    .filter(({ id }) => request.fromId === undefined || id >= request.fromId)
    .filter(({ time }) => time >= (request.from ?? -Infinity) && time <= (request.until ?? Infinity));
  const chosen = from === undefined ? trades.slice(-request.limit) : trades.slice(0, request.limit);
  return chosen.map((trade) => (request.isAggregated ? aggregatedRow(trade) : tradeRow(trade)));
}

function aggregatedRow({ id, time, price, amount, buyerIsMaker }: Trade): object {
  return { a: id, p: decimalText(price), q: decimalText(amount), f: id, l: id, T: time, m: buyerIsMaker, M: true };
}

function tradeRow({ id, time, price, amount, buyerIsMaker }: Trade): object {
  return {
    id,
    price: decimalText(price),
    qty: decimalText(amount),
    quoteQty: decimalText(price * amount),
    time,
    isBuyerMaker: buyerIsMaker,
    isBestMatch: true,
  };
}
