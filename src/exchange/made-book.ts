import type { Pair, TimestampMs } from '../market/index.ts';
import { seededRandom } from '../util/random.ts';
import type { BookLevel, OrderBook } from './exchange.ts';

/** The distance of the best prices, as a share of the price, where a step of the price is not more. */
const SPREAD = 2e-4;
/** What stands at one price is exponential around this many minutes' usual volume, and more farther out. */
const MINUTES_A_LEVEL = 2;
const GROWTH_A_LEVEL = 0.05;
/** A book stays as it is for so long, unless the price moves. */
const STANDS_MS = 1000;

export interface BookOrigin {
  readonly pair: Pair;
  /** Makes the amounts; the same gives the same. */
  readonly seed: string | number;
  readonly time: TimestampMs;
  /** The last price in steps of 10^-`priceDecimals`. */
  readonly last: number;
  readonly priceDecimals: number;
  /** What is usually traded in a minute, in steps of 10^-`amountDecimals`. */
  readonly minuteVolume: number;
  readonly amountDecimals: number;
}

/** The best prices around a last one, all in price steps. The bid is not above the last price, the ask is. */
export function bestPrices(last: number): { readonly bid: number; readonly ask: number } {
  const spread = Math.max(1, Math.round(last * SPREAD));
  const bid = last - Math.floor(spread / 2);
  return { bid, ask: bid + spread };
}

/**
 * An order book for a market that has none: `depth` levels of a side around the last price, one to a few price steps apart, bids
 * fewer where prices would fall to zero. A pure function of its origin, whose time counts by the second.
 */
export function madeBook(origin: BookOrigin, depth: number): OrderBook {
  const { pair, seed, time, last } = origin;
  const { bid, ask } = bestPrices(last);
  const side = (name: string, best: number, direction: 1 | -1): readonly BookLevel[] => {
    const random = seededRandom(`${seed}|${pair}|${name}|${Math.floor(time / STANDS_MS)}|${last}`);
    const farthestStep = Math.max(1, Math.round((ask - bid) / 2));
    const levels: BookLevel[] = [];
    for (let price = best; levels.length < depth && price > 0; price += direction * (1 + random.below(farthestStep))) {
      const mean = origin.minuteVolume * MINUTES_A_LEVEL * (1 + GROWTH_A_LEVEL * levels.length);
      const amount = Math.max(1, Math.round(-Math.log(1 - random.next()) * mean));
      levels.push([price / 10 ** origin.priceDecimals, amount / 10 ** origin.amountDecimals]);
    }
    return levels;
  };
  return { pair, time, bids: side('bids', bid, -1), asks: side('asks', ask, 1) };
}
