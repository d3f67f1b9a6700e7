import type { TimestampMs } from '../../market/index.ts';
import { bestPrices } from '../made-book.ts';
import type { Ticker } from '../exchange.ts';
import { levelMs } from './calendar.ts';
import { CandleSum, minuteOf } from './candle-sum.ts';
import type { CandleTree } from './candle-tree.ts';
import type { MinuteTicks } from './minute-ticks.ts';
import type { PairProfile } from './simulated-pairs.ts';

const [DAY_MS, HOUR_MS] = levelMs;

/** What was traded in the last 24 hours, counted from a full minute, and its turnover. */
export interface DaySum {
  readonly candle: CandleSum;
  /** Price steps times amount steps: each hour's volume at the mean of its four prices. */
  readonly turnover: number;
}

/** Sums up the 24 hours until `now`; `ticks` are the trades of the minute that `now` is in. */
export function sumOfDay(tree: CandleTree, ticks: MinuteTicks | undefined, now: TimestampMs): DaySum {
  const [candle, part] = [new CandleSum(), new CandleSum()];
  const minute = minuteOf(now);
  let turnover = 0;
  const take = () => {
    if (!part.isEmpty) candle.add(part);
    turnover += ((part.open + part.high + part.low + part.close) / 4) * part.volume;
  };
  for (let from = minute - DAY_MS; from < minute;) {
    const until = Math.min(minute, (Math.floor(from / HOUR_MS) + 1) * HOUR_MS);
    part.clear();
    part.addSpan(tree, from, until);
    take();
    from = until;
  }
  part.clear();
  if (ticks) part.addTicks(ticks, now - minute);
  take();
  return { candle, turnover };
}

/** The ticker of a pair whose last day is known. */
export function tickerOf(profile: PairProfile, { candle, turnover }: DaySum, now: TimestampMs): Ticker {
  const [priceScale, amountScale] = [10 ** profile.priceDecimals, 10 ** profile.amountDecimals];
  const { bid, ask } = bestPrices(candle.close);
  return {
    pair: profile.pair,
    time: now,
    last: candle.close / priceScale,
    bid: bid / priceScale,
    ask: ask / priceScale,
    open: candle.open / priceScale,
    high: candle.high / priceScale,
    low: candle.low / priceScale,
    percentage: (candle.close / candle.open - 1) * 100,
    baseVolume: candle.volume / amountScale,
    quoteVolume: turnover / priceScale / amountScale,
  };
}
