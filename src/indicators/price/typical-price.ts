import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { noSettings } from '../define/settings.ts';

interface Candle {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

class TypicalPriceCore implements Core<Candle, number> {
  update({ high, low, close }: Candle): number {
    return (high + low + close) / 3;
  }

  assign(): void {}

  run([high, low, close]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update({ high: high[i], low: low[i], close: close[i] });
  }
}

/** The mean of high, low and close of each candle. Source: `typical_price` of qtpylib as vendored by freqtrade; TA-Lib TYPPRICE. */
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
