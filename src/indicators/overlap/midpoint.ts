import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { SlidingMaximum } from '../parts/sliding-maximum.ts';

class MidpointCore implements Core<number, number> {
  private readonly highest: SlidingMaximum;
  private readonly negatedLowest: SlidingMaximum;

  constructor(period: number) {
    this.highest = new SlidingMaximum(period);
    this.negatedLowest = new SlidingMaximum(period);
  }

  update(value: number): number {
    const highest = this.highest.update(value);
    return (highest + -this.negatedLowest.update(-value)) / 2;
  }

  assign(from: MidpointCore): void {
    this.highest.assign(from.highest);
    this.negatedLowest.assign(from.negatedLowest);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * The middle between the highest and the lowest of the last `timePeriod` values (2 to 100,000; 14 by default). The first value is
 * at row `timePeriod - 1`. A NaN inside is passed over until it is the oldest of the window: that row is NaN, and only that one.
 * Source: TA-Lib MIDPOINT.
 */
export const midpoint = defineIndicator({
  name: 'midpoint',
  title: 'Midpoint over Period',
  source: 'TA-Lib 0.6 MIDPOINT',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(14),
  lookback: ({ timePeriod }) => timePeriod - 1,
  start: ({ timePeriod }) => new MidpointCore(timePeriod),
});
