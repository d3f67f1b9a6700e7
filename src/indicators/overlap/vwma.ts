import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { options, rowCount } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { RollingSum } from '../parts/rolling-sum.ts';

class VwmaCore implements Core<CandleRow<'close' | 'volume'>, number> {
  private readonly window: number;
  private readonly traded: RollingSum;
  private readonly volume: RollingSum;

  constructor(window: number) {
    this.window = window;
    this.traded = new RollingSum(window);
    this.volume = new RollingSum(window);
  }

  update({ close, volume }: CandleRow<'close' | 'volume'>): number {
    return this.average(close, volume);
  }

  private average(close: number, volume: number): number {
    this.traded.update(close * volume);
    this.volume.update(volume);
    if (this.traded.count < this.window || this.volume.count < this.window) return Number.NaN;
    return this.traded.total / this.volume.total;
  }

  assign(from: VwmaCore): void {
    this.traded.assign(from.traded);
    this.volume.assign(from.volume);
  }

  run([close, volume]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.average(close[i], volume[i]);
  }
}

/**
 * Volume-weighted moving average: the total of close × volume of the last `window` rows (2 to 100,000; 20 by default), divided by
 * their volume. Lookback `window - 1`. NaN where the window has no volume, or a missing or infinite number.
 *
 * For another price than the close, give it as the column `close`. Exact to a few units in the last place, where pandas carries the
 * rounding errors of all rows before. Source: `vwma` of technical 1.7, which has no default for the window.
 */
export const vwma = defineIndicator({
  name: 'vwma',
  title: 'Volume-Weighted Moving Average',
  source: 'technical 1.7 vwma on pandas 3.1',
  input: candleColumns('close', 'volume'),
  output: oneColumn,
  settings: options({ window: rowCount(20) }),
  lookback: ({ window }) => window - 1,
  start: ({ window }) => new VwmaCore(window),
});
