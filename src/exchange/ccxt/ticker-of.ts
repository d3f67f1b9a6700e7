import { type Pair, type TimestampMs, isPair } from '../../market/index.ts';
import { isObject } from '../../util/is-object.ts';
import type { BookLevel, OrderBook, Ticker } from '../exchange.ts';

const optional = ['bid', 'ask', 'open', 'high', 'low', 'percentage', 'baseVolume', 'quoteVolume'] as const;

/** One ticker as ccxt tells it; undefined where it has no last price. `now` stands in for a time that the exchange does not tell. */
export function tickerOf(raw: unknown, now: TimestampMs): Ticker | undefined {
  if (!isObject(raw) || typeof raw.symbol !== 'string' || !isPair(raw.symbol)) return undefined;
  const last = numberOf(raw.last) ?? numberOf(raw.close);
  if (last === undefined || last <= 0) return undefined;
  const figures: Partial<Record<(typeof optional)[number], number>> = {};
  for (const name of optional) {
    const value = numberOf(raw[name]);
    if (value !== undefined) figures[name] = value;
  }
  return { pair: raw.symbol, time: numberOf(raw.timestamp) ?? now, last, ...figures };
}

/** An order book as ccxt tells it, best first, at most `depth` levels of a side; undefined where it is none. */
export function orderBookOf(raw: unknown, pair: Pair, depth: number, now: TimestampMs): OrderBook | undefined {
  if (!isObject(raw) || !Array.isArray(raw.bids) || !Array.isArray(raw.asks)) return undefined;
  return {
    pair,
    time: numberOf(raw.timestamp) ?? now,
    bids: levelsOf(raw.bids, depth, -1),
    asks: levelsOf(raw.asks, depth, 1),
  };
}

function levelsOf(raw: readonly unknown[], depth: number, direction: 1 | -1): readonly BookLevel[] {
  const levels: BookLevel[] = [];
  for (const level of raw) {
    if (!Array.isArray(level)) continue;
    const [price, amount] = [numberOf(level[0]), numberOf(level[1])];
    if (price !== undefined && amount !== undefined && price > 0 && amount > 0) levels.push([price, amount]);
  }
  return levels.sort((a, b) => direction * (a[0] - b[0])).slice(0, depth);
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
