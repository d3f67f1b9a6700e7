import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { trueRange } from '../parts/true-range.ts';
import { WilderAverage } from '../parts/wilder-average.ts';

type Row = CandleRow<'high' | 'low' | 'close'>;

/** Wilder's average of the true range; the true range itself where the period is 1. */
export class AtrCore implements Core<Row, number> {
  private readonly period: number;
  private readonly average: WilderAverage;
  private begun = false;
  private close = 0;

  constructor(period: number) {
    this.period = period;
    this.average = new WilderAverage(period);
  }

  update({ high, low, close }: Row): number {
    return this.next(high, low, close);
  }

  /** `update` without an object. */
  next(high: number, low: number, close: number): number {
    const range = trueRange(high, low, this.close);
    this.close = close;
    if (!this.begun) {
      this.begun = true;
      return Number.NaN;
    }
    return this.period === 1 ? range : this.average.update(range);
  }

  assign(from: AtrCore): void {
    this.average.assign(from.average);
    this.begun = from.begun;
    this.close = from.close;
  }

  run([high, low, close]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.next(high[i], low[i], close[i]);
  }
}

/**
 * Average true range: Wilder's moving average of `trange` over `timePeriod` candles (1 to 100,000; 14 by default), begun with the
 * mean of the first `timePeriod` of them. In units of the price, 0 or more; lookback `timePeriod`. A period of 1 smooths nothing.
 * Source: TA-Lib ATR, after J. Welles Wilder (1978).
 */
export const atr = defineIndicator({
  name: 'atr',
  title: 'Average True Range',
  source: 'TA-Lib 0.6 ATR',
  input: candleColumns('high', 'low', 'close'),
  output: oneColumn,
  settings: timePeriod(14, 1),
  lookback: ({ timePeriod }) => timePeriod,
  start: ({ timePeriod }) => new AtrCore(timePeriod),
});
