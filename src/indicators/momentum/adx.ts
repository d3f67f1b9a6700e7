import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { DirectionalIndex } from '../parts/directional-index.ts';
import { WilderAverage } from '../parts/wilder-average.ts';

type Row = CandleRow<'high' | 'low' | 'close'>;

/** A candle without an index counts as 0 in the first mean, and after it leaves the average as it is. */
export class AdxCore implements Core<Row, number> {
  private readonly index: DirectionalIndex;
  private readonly average: WilderAverage;

  constructor(period: number) {
    this.index = new DirectionalIndex(period);
    this.average = new WilderAverage(period);
  }

  update({ high, low, close }: Row): number {
    return this.next(high, low, close);
  }

  /** `update` without an object. */
  next(high: number, low: number, close: number): number {
    const { index, average } = this;
    index.update(high, low, close);
    if (!index.ready) return Number.NaN;
    if (index.isKnown) return average.update(index.value);
    return average.ready ? average.value : average.update(0);
  }

  assign(from: AdxCore): void {
    this.index.assign(from.index);
    this.average.assign(from.average);
  }

  run([high, low, close]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.next(high[i], low[i], close[i]);
  }
}

/**
 * Average directional movement index: Wilder's moving average of `dx` over `timePeriod` candles (2 to 100,000; 14 by default). 0 to
 * 100; lookback 2 · `timePeriod` - 1. Where the true range or the sum of the indicators is below 1e-14 it stays what it was; in
 * the mean of the first `timePeriod` values such a candle counts as 0, as in TA-Lib.
 * Source: TA-Lib ADX, after J. Welles Wilder (1978).
 */
export const adx = defineIndicator({
  name: 'adx',
  title: 'Average Directional Movement Index',
  source: 'TA-Lib 0.6 ADX',
  input: candleColumns('high', 'low', 'close'),
  output: oneColumn,
  settings: timePeriod(14),
  lookback: ({ timePeriod }) => 2 * timePeriod - 1,
  start: ({ timePeriod }) => new AdxCore(timePeriod),
});
