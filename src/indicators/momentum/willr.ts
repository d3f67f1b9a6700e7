import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { RollingMaximum } from '../parts/rolling-maximum.ts';
import { RollingMinimum } from '../parts/rolling-minimum.ts';

interface Candle {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

class WillrCore implements Core<Candle, number> {
  private readonly highest: RollingMaximum;
  private readonly lowest: RollingMinimum;

  constructor(period: number) {
    this.highest = new RollingMaximum(period);
    this.lowest = new RollingMinimum(period);
  }

  update({ high, low, close }: Candle): number {
    return this.next(high, low, close);
  }

  private next(high: number, low: number, close: number): number {
    const highest = this.highest.update(high);
    // NaN in warm-up. The order of these operations is TA-Lib's; another one differs in the last bit.
    const percent = (highest - this.lowest.update(low)) / -100;
    return percent === 0 ? 0 : (highest - close) / percent;
  }

  assign(from: WillrCore): void {
    this.highest.assign(from.highest);
    this.lowest.assign(from.lowest);
  }

  run([high, low, close]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.next(high[i], low[i], close[i]);
  }
}

/**
 * Williams' %R, -100 to 0: -100 · (highest - close) / (highest - lowest), where the close is between the highest high (0) and
 * the lowest low (-100) of the last `timePeriod` candles (2 to 100,000; 14 by default); the first after `timePeriod - 1` rows.
 * 0 where the highest and the lowest are equal.
 *
 * A high or low that is NaN after the first row is passed over as in `max` and `min`. Source: TA-Lib WILLR, after Larry
 * Williams (1973).
 */
export const willr = defineIndicator({
  name: 'willr',
  title: "Williams' %R",
  source: 'TA-Lib 0.6 WILLR',
  input: candleColumns('high', 'low', 'close'),
  output: oneColumn,
  settings: timePeriod(14),
  lookback: ({ timePeriod }) => timePeriod - 1,
  start: ({ timePeriod }) => new WillrCore(timePeriod),
});
