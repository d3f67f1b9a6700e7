import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { noSettings } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';

class WclpriceCore implements Core<CandleRow<'high' | 'low' | 'close'>, number> {
  update({ high, low, close }: CandleRow<'high' | 'low' | 'close'>): number {
    return this.price(high, low, close);
  }

  private price(high: number, low: number, close: number): number {
    return (high + low + close * 2) / 4;
  }

  assign(): void {}

  run([high, low, close]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.price(high[i], low[i], close[i]);
  }
}

/**
 * The mean of each candle's high, low and close with the close counted twice, (high + low + 2 · close) / 4. Lookback 0.
 * Source: TA-Lib WCLPRICE.
 */
export const wclprice = defineIndicator({
  name: 'wclprice',
  title: 'Weighted Close Price',
  source: 'TA-Lib 0.6 WCLPRICE',
  input: candleColumns('high', 'low', 'close'),
  output: oneColumn,
  settings: noSettings,
  lookback: () => 0,
  start: () => new WclpriceCore(),
});
