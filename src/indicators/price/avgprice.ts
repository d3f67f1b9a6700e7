import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { noSettings } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';

class AvgpriceCore implements Core<CandleRow<'open' | 'high' | 'low' | 'close'>, number> {
  update({ open, high, low, close }: CandleRow<'open' | 'high' | 'low' | 'close'>): number {
    return this.price(open, high, low, close);
  }

  private price(open: number, high: number, low: number, close: number): number {
    return (high + low + close + open) / 4;
  }

  assign(): void {}

  run(
    [open, high, low, close]: readonly Float64Array[],
    [out]: readonly Float64Array[],
    start: number,
    end: number,
  ): void {
    for (let i = start; i < end; i++) out[i] = this.price(open[i], high[i], low[i], close[i]);
  }
}

/** The mean of the four prices of each candle, (high + low + close + open) / 4. Lookback 0. Source: TA-Lib AVGPRICE. */
export const avgprice = defineIndicator({
  name: 'avgprice',
  title: 'Average Price',
  source: 'TA-Lib 0.6 AVGPRICE',
  input: candleColumns('open', 'high', 'low', 'close'),
  output: oneColumn,
  settings: noSettings,
  lookback: () => 0,
  start: () => new AvgpriceCore(),
});
