import { factor, options } from '../define/settings.ts';
import { candleSettings } from '../parts/candle-settings.ts';
import { definePattern } from '../parts/define-pattern.ts';
import { Star } from './star.ts';

/**
 * Morning star: a long black candle, then a short one whose whole body is below the first, then a white one that is not
 * short and closes above the first close by more than `penetration` of the first body (0 to 3e37; 0.3 by default). Long
 * is above the average body of the 10 candles before, short at most that. 100 where there is one, a bullish sign in a
 * downtrend, which is not looked for; else 0.
 *
 * The first 12 rows have no value. Source: TA-Lib CDLMORNINGSTAR.
 */
export const cdlMorningStar = definePattern({
  name: 'cdlMorningStar',
  title: 'Morning Star',
  settings: options({ penetration: factor(0.3, 0) }),
  lookback: 12,
  pattern: ({ penetration }) => new Star({ turns: 'up', star: candleSettings.bodyShort, penetration }),
});
