import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { options, rowCount } from '../define/settings.ts';
import { PressureTotals } from '../parts/pressure-totals.ts';

interface Candle {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

class UltoscCore implements Core<Candle, number> {
  private readonly short: PressureTotals;
  private readonly middle: PressureTotals;
  private readonly long: PressureTotals;
  /** Of the last rows, as many as the longest period. */
  private readonly pressures: Float64Array;
  private readonly ranges: Float64Array;
  private at = 0;
  /** Rows seen, up to the longest period. */
  private seen = 0;
  private close = 0;

  constructor(...periods: readonly number[]) {
    const [short, middle, long] = periods.toSorted((a, b) => a - b);
    this.short = new PressureTotals(short);
    this.middle = new PressureTotals(middle);
    this.long = new PressureTotals(long);
    this.pressures = new Float64Array(long);
    this.ranges = new Float64Array(long);
  }

  update({ high, low, close }: Candle): number {
    return this.next(high, low, close);
  }

  private next(high: number, low: number, close: number): number {
    const before = this.close;
    this.close = close;
    if (this.seen === 0) {
      this.seen = 1;
      return Number.NaN;
    }
    // Comparisons in TA-Lib's order, which decides what a NaN does.
    const pressure = close - (low < before ? low : before);
    let range = high - low;
    const fromHigh = Math.abs(before - high);
    if (fromHigh > range) range = fromHigh;
    const fromLow = Math.abs(before - low);
    if (fromLow > range) range = fromLow;
    this.pressures[this.at] = pressure;
    this.ranges[this.at] = range;
    const value = this.seen < this.long.period ? this.begin(pressure, range) : this.oscillate(pressure, range);
    this.at = this.at + 1 === this.long.period ? 0 : this.at + 1;
    return value;
  }

  /** Each total begins with the first row that is in its window when the first value is due, as TA-Lib's do, so the last bits agree. */
  private begin(pressure: number, range: number): number {
    const left = this.long.period - this.seen;
    if (left < this.short.period) this.short.add(pressure, range);
    if (left < this.middle.period) this.middle.add(pressure, range);
    this.long.add(pressure, range);
    this.seen++;
    return Number.NaN;
  }

  private oscillate(pressure: number, range: number): number {
    const { short, middle, long } = this;
    short.add(pressure, range);
    middle.add(pressure, range);
    long.add(pressure, range);
    // From 0 on, since 0 + -0 is 0.
    const output = 0 + short.share(4) + middle.share(2) + long.share(1);
    this.dropOldest(short);
    this.dropOldest(middle);
    this.dropOldest(long);
    return 100 * (output / 7);
  }

  private dropOldest(totals: PressureTotals): void {
    const newer = this.at - totals.period + 1;
    const oldest = newer < 0 ? newer + this.long.period : newer;
    totals.drop(this.pressures[oldest], this.ranges[oldest]);
  }

  assign(from: UltoscCore): void {
    this.short.assign(from.short);
    this.middle.assign(from.middle);
    this.long.assign(from.long);
    this.pressures.set(from.pressures);
    this.ranges.set(from.ranges);
    this.at = from.at;
    this.seen = from.seen;
    this.close = from.close;
  }

  run([high, low, close]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.next(high[i], low[i], close[i]);
  }
}

/**
 * Ultimate oscillator, 0 to 100: 100 · (4 · short + 2 · middle + long) / 7, each the buying pressure as a share of the true
 * range, totalled over one of three periods (`timePeriod1` 7, `timePeriod2` 14, `timePeriod3` 28 by default, each 1 to
 * 100,000), which may come in any order; the first value after as many rows as the longest has. Buying pressure is the close
 * less the true low, which is the lower of the low and the close before. A share of nothing (a total range under 1e-14) is 0.
 *
 * With all periods 1, TA-Lib 0.6 begins a row earlier, from a close that it reads beyond its memory; here as in 0.8, it is
 * begun with the second row. Source: TA-Lib ULTOSC, after Larry Williams (1976).
 */
export const ultosc = defineIndicator({
  name: 'ultosc',
  title: 'Ultimate Oscillator',
  source: 'TA-Lib 0.6 ULTOSC',
  input: candleColumns('high', 'low', 'close'),
  output: oneColumn,
  settings: options({ timePeriod1: rowCount(7, 1), timePeriod2: rowCount(14, 1), timePeriod3: rowCount(28, 1) }),
  lookback: ({ timePeriod1, timePeriod2, timePeriod3 }) => Math.max(timePeriod1, timePeriod2, timePeriod3),
  start: ({ timePeriod1, timePeriod2, timePeriod3 }) => new UltoscCore(timePeriod1, timePeriod2, timePeriod3),
});
