import type { Core } from '../define/core.ts';
import type { CandleCursor } from './candle-cursor.ts';
import type { CandleMean } from './candle-mean.ts';
import type { CandlePattern } from './candle-pattern.ts';
import type { CandleRow } from './candle-row.ts';
import { RecentCandles } from './recent-candles.ts';

type Prices = CandleRow<'open' | 'high' | 'low' | 'close'>;

/**
 * Judges rows by a pattern. A stream's rows are judged in a short history, a batch's in the columns that were given; to the
 * pattern both are the same.
 *
 * The patterns don't extend this class but are called by it, since the engine handles an object quickly only while few classes
 * come by: that way the loop meets one class of core, and many only where it calls `judge`.
 */
export class PatternCore implements Core<Prices, number> {
  /** How many rows before the one judged are of use: those of the lookback, and the one that the means drop. */
  private readonly reach: number;
  private readonly pattern: CandlePattern;
  private readonly cursor: CandleCursor;
  private readonly means: readonly CandleMean[];
  private readonly recent: RecentCandles;
  /** Rows seen, up to the reach. */
  private seen = 0;

  /** Rows are judged from `lookback` on: at least as many as the longest average and the earlier candles take. */
  constructor(lookback: number, pattern: CandlePattern) {
    this.reach = lookback + 1;
    this.pattern = pattern;
    this.cursor = pattern.cursor;
    this.means = pattern.means;
    this.recent = new RecentCandles(this.reach);
    this.cursor.turnTo(this.recent.columns);
  }

  update({ open, high, low, close }: Prices): number {
    return this.next(open, high, low, close);
  }

  assign(from: PatternCore): void {
    this.recent.assign(from.recent);
    this.seen = from.seen;
    for (const [i, mean] of this.means.entries()) mean.assign(from.means[i]);
  }

  run(inputs: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    const [open, high, low, close] = inputs;
    // The rows until then are judged by what came before `start`.
    const own = Math.min(start + this.reach, end);
    for (let i = start; i < own; i++) out[i] = this.next(open[i], high[i], low[i], close[i]);
    if (own === end) return;
    this.cursor.turnTo(inputs);
    for (let i = own; i < end; i++) out[i] = this.judge(i);
    this.cursor.turnTo(this.recent.columns);
    this.recent.replace(inputs, end - this.reach, end);
  }

  private next(open: number, high: number, low: number, close: number): number {
    const row = this.recent.push(open, high, low, close);
    if (this.seen === this.reach) return this.judge(row);
    this.seen++;
    return this.seen === this.reach ? this.judgeFirst(row) : 0;
  }

  private judgeFirst(row: number): number {
    this.cursor.row = row;
    for (const mean of this.means) mean.begin();
    return this.pattern.judge();
  }

  private judge(row: number): number {
    const { means } = this;
    this.cursor.row = row;
    for (let i = 0; i < means.length; i++) means[i].advance();
    return this.pattern.judge();
  }
}
