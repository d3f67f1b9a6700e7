import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { noSettings } from '../define/settings.ts';
import { TypicalPriceCore } from './typical-price.ts';

/**
 * TA-Lib's typical price, (high + low + close) / 3 of each candle. Lookback 0. `typicalPrice` gives the same numbers under
 * qtpylib's name: in both the sum is taken in this order. Source: TA-Lib TYPPRICE.
 */
export const typprice = defineIndicator({
  name: 'typprice',
  title: 'Typical Price (TA-Lib)',
  source: 'TA-Lib 0.6 TYPPRICE',
  input: candleColumns('high', 'low', 'close'),
  output: oneColumn,
  settings: noSettings,
  lookback: () => 0,
  start: () => new TypicalPriceCore(),
});
