import { type Candles, type Timeframe, type TimestampMs, candleOpen, timeframeMs } from '../../market/index.ts';
import { type CandleArrays, candleArrays, candlesOf } from '../candle-columns.ts';
import type { OrderBook, Ticker } from '../exchange.ts';
import { madeBook } from '../made-book.ts';
import { MARKET_START_MS, MINUTE_MS, levelMs, levelOf } from './calendar.ts';
import { CandleSum, minuteOf } from './candle-sum.ts';
import { CandleTree } from './candle-tree.ts';
import { sumOfDay, tickerOf } from './day-ticker.ts';
import { type CommonFactor, dayWalk } from './day-walk.ts';
import { type MinuteTicks, minuteTicks } from './minute-ticks.ts';
import type { PairProfile } from './simulated-pairs.ts';

export interface SimulatedPairOptions {
  readonly seed: string | number;
  readonly volatility: number;
  readonly ticksPerMinute: number;
  readonly holes: number;
  readonly common: CommonFactor;
}

interface Request {
  readonly timeframe: Timeframe;
  readonly now: TimestampMs;
  readonly limit: number;
  readonly since: TimestampMs;
  readonly includeOpen: boolean;
}

const MINUTES_IN_DAY = levelMs[0] / MINUTE_MS;

/** One simulated pair: its candles are a pure function of the seed, the pair and the time asked for. */
export class SimulatedPair {
  readonly #tree: CandleTree;
  readonly #options: SimulatedPairOptions;
  readonly #profile: PairProfile;
  readonly #priceScale: number;
  readonly #amountScale: number;
  readonly #sum = new CandleSum();
  #lastMinute: { readonly start: TimestampMs; readonly ticks: MinuteTicks | undefined } | undefined;

  constructor(profile: PairProfile, options: SimulatedPairOptions) {
    const { seed, holes } = options;
    this.#options = options;
    this.#profile = profile;
    this.#priceScale = 10 ** profile.priceDecimals;
    this.#amountScale = 10 ** profile.amountDecimals;
    this.#tree = new CandleTree({ seed, name: profile.pair, days: dayWalk(profile, options), holes });
  }

  /** As `Exchange.fetchCandles`, at the time `now`. */
  candles(request: Request): Candles {
    const { timeframe, now, limit, since } = request;
    const current = candleOpen(now, timeframe);
    const oldest = Math.max(since, MARKET_START_MS);
    const room = Math.min(limit, Math.max(0, Math.ceil((current - oldest) / timeframeMs(timeframe)) + 1));
    const arrays = candleArrays(room + 1);
    const reader = openReader(timeframe);
    let row = room;
    for (let open = reader.before(current); open >= oldest && row > 0; open = reader.before(open)) {
      this.#sum.clear();
      reader.add(this.#sum, this.#tree, open);
      if (!this.#sum.isEmpty) this.#write(arrays, --row, open);
    }
    const hasOpen = request.includeOpen && current >= oldest && this.#addOpen(current, now);
    if (hasOpen) this.#write(arrays, room, current);
    return candlesOf(arrays, row, room + (hasOpen ? 1 : 0));
  }

  /** As `Exchange.fetchTickers`, at the time `now`; undefined where nothing was traded for a day. */
  ticker(now: TimestampMs): Ticker | undefined {
    const day = sumOfDay(this.#tree, this.#ticksOf(minuteOf(now)), now);
    return day.candle.isEmpty ? undefined : tickerOf(this.#profile, day, now);
  }

  /** As `Exchange.fetchOrderBook`, at the time `now`; empty where nothing was traded for a day. */
  orderBook(now: TimestampMs, depth: number): OrderBook {
    const { pair, priceDecimals, amountDecimals, dailyVolume } = this.#profile;
    const { candle } = sumOfDay(this.#tree, this.#ticksOf(minuteOf(now)), now);
    if (candle.isEmpty) return { pair, time: now, bids: [], asks: [] };
    const minuteVolume = dailyVolume / MINUTES_IN_DAY;
    const { seed } = this.#options;
    return madeBook({ pair, seed, time: now, last: candle.close, priceDecimals, amountDecimals, minuteVolume }, depth);
  }

  forget(): void {
    this.#tree.clear();
    this.#lastMinute = undefined;
  }

  /** Sums up the candle that opened at `open` as far as it has come; false while it has no trade. */
  #addOpen(open: TimestampMs, now: TimestampMs): boolean {
    const minute = minuteOf(now);
    this.#sum.clear();
    this.#sum.addSpan(this.#tree, open, minute);
    const ticks = this.#ticksOf(minute);
    if (ticks) this.#sum.addTicks(ticks, now - minute);
    return !this.#sum.isEmpty;
  }

  #ticksOf(start: TimestampMs): MinuteTicks | undefined {
    if (this.#lastMinute?.start === start) return this.#lastMinute.ticks;
    const minute = new CandleSum();
    const index = start / MINUTE_MS;
    minute.addCandles(this.#tree, 3, index, 1);
    const place = `${this.#options.seed}|${this.#profile.pair}|ticks|${index}`;
    const ticks = minute.isEmpty ? undefined : minuteTicks(minute, this.#options.ticksPerMinute, place);
    this.#lastMinute = { start, ticks };
    return ticks;
  }

  #write(arrays: CandleArrays, row: number, date: TimestampMs): void {
    arrays.date[row] = date;
    arrays.open[row] = this.#sum.open / this.#priceScale;
    arrays.high[row] = this.#sum.high / this.#priceScale;
    arrays.low[row] = this.#sum.low / this.#priceScale;
    arrays.close[row] = this.#sum.close / this.#priceScale;
    arrays.volume[row] = this.#sum.volume / this.#amountScale;
  }
}

/** How to go back from candle to candle of a timeframe, and what one is made of. */
interface Reader {
  before(open: TimestampMs): TimestampMs;
  add(sum: CandleSum, tree: CandleTree, open: TimestampMs): void;
}

function openReader(timeframe: Timeframe): Reader {
  if (timeframe.endsWith('M')) {
    const before = (open: TimestampMs) => candleOpen(open - 1, timeframe);
    const after = (open: TimestampMs) => candleOpen(open + 45 * levelMs[0], timeframe);
    return { before, add: (sum, tree, open) => sum.addSpan(tree, open, after(open)) };
  }
  const step = timeframeMs(timeframe);
  const level = levelOf(step);
  const [unit, count] = [levelMs[level], step / levelMs[level]];
  return {
    before: (open) => open - step,
    add: (sum, tree, open) => sum.addCandles(tree, level, open / unit, count),
  };
}
