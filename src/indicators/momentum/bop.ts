import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { noSettings } from '../define/settings.ts';
import { NEAR_ZERO } from '../parts/near-zero.ts';

interface Candle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

class BopCore implements Core<Candle, number> {
  update({ open, high, low, close }: Candle): number {
    return this.next(open, high, low, close);
  }

  private next(open: number, high: number, low: number, close: number): number {
    const range = high - low;
    return range < NEAR_ZERO ? 0 : (close - open) / range;
  }

  assign(): void {}

  run(
    [open, high, low, close]: readonly Float64Array[],
    [out]: readonly Float64Array[],
    start: number,
    end: number,
  ): void {
    for (let i = start; i < end; i++) out[i] = this.next(open[i], high[i], low[i], close[i]);
  }
}

/**
 * Balance of power, -1 to 1: (close - open) / (high - low) of each candle. 0 where the high is less than 1e-14 above the low,
 * so it says nothing of prices that small. Not smoothed. Source: TA-Lib BOP, after Igor Livshin (2001).
 */
export const bop = defineIndicator({
  name: 'bop',
  title: 'Balance of Power',
  source: 'TA-Lib 0.6 BOP',
  input: candleColumns('open', 'high', 'low', 'close'),
  output: oneColumn,
  settings: noSettings,
  lookback: () => 0,
  start: () => new BopCore(),
});
