import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { noSettings } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';

/** The mean of high, low and close, summed in this order. */
export class TypicalPriceCore implements Core<CandleRow<'high' | 'low' | 'close'>, number> {
  update({ high, low, close }: CandleRow<'high' | 'low' | 'close'>): number {
    return this.price(high, low, close);
  }

  private price(high: number, low: number, close: number): number {
    return (high + low + close) / 3;
  }

  assign(): void {}

  run([high, low, close]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.price(high[i], low[i], close[i]);
  }
}

/**
 * freqtrade's typical price, (high + low + close) / 3 of each candle. Lookback 0. `typprice` gives the same numbers under TA-Lib's
 * name: in both the sum is taken in this order. Source: `typical_price` of qtpylib as vendored by freqtrade; TA-Lib TYPPRICE.
 */
export const typicalPrice = defineIndicator({
  name: 'typicalPrice',
  title: 'Typical Price',
  source: "freqtrade's qtpylib typical_price; TA-Lib 0.6 TYPPRICE",
  input: candleColumns('high', 'low', 'close'),
  output: oneColumn,
  settings: noSettings,
  lookback: () => 0,
  start: () => new TypicalPriceCore(),
});
