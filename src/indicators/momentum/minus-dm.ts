import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { DirectionalMovementCore } from '../parts/directional-movement.ts';

/**
 * Wilder's moving total of each candle's minus directional movement: how far its low is below the one before, where that is more
 * than 0 and more than its high is above the one before; else 0. Over `timePeriod` candles (1 to 100,000; 14 by default): the total
 * of the first `timePeriod` - 1 movements, from then on total - total / `timePeriod` + movement. A period of 1 gives the movements
 * themselves. In units of the price, 0 or more; lookback `timePeriod` - 1, and at least 1.
 * Source: TA-Lib MINUS_DM, after J. Welles Wilder (1978).
 */
export const minusDm = defineIndicator({
  name: 'minusDm',
  title: 'Minus Directional Movement',
  source: 'TA-Lib 0.6 MINUS_DM',
  input: candleColumns('high', 'low'),
  output: oneColumn,
  settings: timePeriod(14, 1),
  lookback: ({ timePeriod }) => Math.max(1, timePeriod - 1),
  start: ({ timePeriod }) => new DirectionalMovementCore('minus', timePeriod),
});
