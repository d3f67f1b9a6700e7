import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { SlidingMaximum } from '../parts/sliding-maximum.ts';

class MidpriceCore implements Core<CandleRow<'high' | 'low'>, number> {
  private readonly highest: SlidingMaximum;
  private readonly negatedLowest: SlidingMaximum;

  constructor(period: number) {
    this.highest = new SlidingMaximum(period);
    this.negatedLowest = new SlidingMaximum(period);
  }

  update({ high, low }: CandleRow<'high' | 'low'>): number {
    return this.next(high, low);
  }

  private next(high: number, low: number): number {
    const highest = this.highest.update(high);
    return (highest + -this.negatedLowest.update(-low)) / 2;
  }

  assign(from: MidpriceCore): void {
    this.highest.assign(from.highest);
    this.negatedLowest.assign(from.negatedLowest);
  }

  run([high, low]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.next(high[i], low[i]);
  }
}

/**
 * The middle between the highest high and the lowest low of the last `timePeriod` candles (2 to 100,000; 14 by default). The
 * first value is at row `timePeriod - 1`. A NaN inside is passed over until it is the oldest of the window: that row is NaN, and
 * only that one. Source: TA-Lib MIDPRICE.
 */
export const midprice = defineIndicator({
  name: 'midprice',
  title: 'Midpoint Price over Period',
  source: 'TA-Lib 0.6 MIDPRICE',
  input: candleColumns('high', 'low'),
  output: oneColumn,
  settings: timePeriod(14),
  lookback: ({ timePeriod }) => timePeriod - 1,
  start: ({ timePeriod }) => new MidpriceCore(timePeriod),
});
