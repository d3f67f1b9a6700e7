import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { namedColumns } from '../define/output-shape.ts';
import { factor, options, rowCount } from '../define/settings.ts';
import { AvailableMean } from '../parts/available-mean.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { trueRange } from '../parts/true-range.ts';

interface Trend {
  st: number;
  stx: number;
}

/** Bands that only draw nearer while the close stays between them; the trend line is the one on the other side of the close. */
class SuperTrendCore implements Core<CandleRow<'high' | 'low' | 'close'>, Trend> {
  private readonly period: number;
  private readonly multiplier: number;
  private readonly atr: AvailableMean;
  /** Rows seen, up to the period. */
  private seen = 0;
  private closeBefore = Number.NaN;
  private upper = 0;
  private lower = 0;
  private line = 0;
  private st = Number.NaN;
  private stx = Number.NaN;

  constructor(period: number, multiplier: number) {
    this.period = period;
    this.multiplier = multiplier;
    this.atr = new AvailableMean(period, period);
  }

  update({ high, low, close }: CandleRow<'high' | 'low' | 'close'>): Trend {
    this.next(high, low, close);
    return { st: this.st, stx: this.stx };
  }

  private next(high: number, low: number, close: number): void {
    // The first candle has no close before it, and no range therefore.
    const range = this.seen === 0 ? Number.NaN : trueRange(high, low, this.closeBefore);
    const reach = this.multiplier * this.atr.update(range);
    if (this.seen === this.period) {
      this.follow((high + low) / 2, reach, close);
    } else {
      this.seen++;
    }
    this.closeBefore = close;
  }

  private follow(middle: number, reach: number, close: number): void {
    const { upper, lower, line, closeBefore } = this;
    const nearUpper = middle + reach;
    const nearLower = middle - reach;
    if (nearUpper < upper || closeBefore > upper) this.upper = nearUpper;
    if (nearLower > lower || closeBefore < lower) this.lower = nearLower;
    if (line === upper) {
      this.line = close <= this.upper ? this.upper : this.lower;
    } else if (line === lower) {
      this.line = close >= this.lower ? this.lower : this.upper;
    } else {
      this.line = 0;
    }
    this.st = this.line;
    this.stx = this.line > 0 ? (close < this.line ? -1 : 1) : 0;
  }

  assign(from: SuperTrendCore): void {
    this.atr.assign(from.atr);
    this.seen = from.seen;
    this.closeBefore = from.closeBefore;
    this.upper = from.upper;
    this.lower = from.lower;
    this.line = from.line;
    this.st = from.st;
    this.stx = from.stx;
  }

  run(
    [high, low, close]: readonly Float64Array[],
    [st, stx]: readonly Float64Array[],
    start: number,
    end: number,
  ): void {
    for (let i = start; i < end; i++) {
      this.next(high[i], low[i], close[i]);
      st[i] = this.st;
      stx[i] = this.stx;
    }
  }
}

/**
 * SuperTrend: a line that follows the price, below it in an upward trend and above it in a downward one, at `multiplier` (3 by default)
 * times the plain mean of the true range over `period` rows (1 to 100,000; 10 by default) from the middle of high and low. Each side
 * only draws nearer until a close beyond it turns the trend. Lookback `period`.
 *
 * `st` is the line and `stx` the trend: 1 where technical says 'up' and -1 where it says 'down'. Kept from technical: both bands
 * begin at 0, so the first line is the upper one unless the close is beyond it; and after a missing or infinite price the line may
 * come to be neither band, from where on it is 0 to the end, with 0 in `stx`. Rows before the first line are NaN, where technical has
 * 0 and no trend. Exact to a few units in the last place, where pandas' mean carries rounding errors along. Source: `supertrend` of
 * technical 1.7, after Olivier Seban.
 */
export const superTrend = defineIndicator({
  name: 'superTrend',
  title: 'SuperTrend',
  source: 'technical 1.7 supertrend on pandas 3.1',
  input: candleColumns('high', 'low', 'close'),
  output: namedColumns('st', 'stx'),
  settings: options({ period: rowCount(10, 1), multiplier: factor(3) }),
  lookback: ({ period }) => period,
  start: ({ period, multiplier }) => new SuperTrendCore(period, multiplier),
});
