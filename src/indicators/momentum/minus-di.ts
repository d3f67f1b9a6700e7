import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { DirectionalIndicatorCore } from '../parts/directional-indicator.ts';

/**
 * 100 · minus directional movement / true range, both as Wilder's moving totals over `timePeriod` candles (1 to 100,000; 14 by
 * default). 0 to 100; lookback `timePeriod`. 0 where the true range is below 1e-14. With a period of 1 it is each candle's own
 * movement / true range, from 0 to 1 and not in percent, as in TA-Lib. Source: TA-Lib MINUS_DI, after J. Welles Wilder (1978).
 */
export const minusDi = defineIndicator({
  name: 'minusDi',
  title: 'Minus Directional Indicator',
  source: 'TA-Lib 0.6 MINUS_DI',
  input: candleColumns('high', 'low', 'close'),
  output: oneColumn,
  settings: timePeriod(14, 1),
  lookback: ({ timePeriod }) => timePeriod,
  start: ({ timePeriod }) => new DirectionalIndicatorCore('minus', timePeriod),
});
