import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { Lag } from '../parts/lag.ts';
import { AdxCore } from './adx.ts';

type Row = CandleRow<'high' | 'low' | 'close'>;

class AdxrCore implements Core<Row, number> {
  private readonly adx: AdxCore;
  private readonly before: Lag;

  constructor(period: number) {
    this.adx = new AdxCore(period);
    this.before = new Lag(period - 1);
  }

  update({ high, low, close }: Row): number {
    return this.next(high, low, close);
  }

  /** The NaNs of the warm-up pass through the lag, and so make this one's. */
  private next(high: number, low: number, close: number): number {
    const adx = this.adx.next(high, low, close);
    return (adx + this.before.shift(adx)) / 2;
  }

  assign(from: AdxrCore): void {
    this.adx.assign(from.adx);
    this.before.assign(from.before);
  }

  run([high, low, close]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.next(high[i], low[i], close[i]);
  }
}

/**
 * Average directional movement index rating: the mean of `adx` and of what it was `timePeriod` - 1 candles before (2 to 100,000; 14
 * by default). 0 to 100; lookback 3 · `timePeriod` - 2. Source: TA-Lib ADXR, after J. Welles Wilder (1978).
 */
export const adxr = defineIndicator({
  name: 'adxr',
  title: 'Average Directional Movement Index Rating',
  source: 'TA-Lib 0.6 ADXR',
  input: candleColumns('high', 'low', 'close'),
  output: oneColumn,
  settings: timePeriod(14),
  lookback: ({ timePeriod }) => 3 * timePeriod - 2,
  start: ({ timePeriod }) => new AdxrCore(timePeriod),
});
