import { factor, options } from '../define/settings.ts';
import { candleSettings } from '../parts/candle-settings.ts';
import { definePattern } from '../parts/define-pattern.ts';
import { Star } from './star.ts';

/**
 * Morning doji star: a long black candle, then a doji whose whole body is below the first, then a white one that is not
 * short and closes above the first close by more than `penetration` of the first body (0 to 3e37; 0.3 by default). Long
 * is above the average body of the 10 candles before, short at most that; a doji's body is at most a tenth of their
 * average length, high to low. 100 where there is one, a bullish sign in a downtrend, which is not looked for; else 0.
 *
 * The first 12 rows have no value. Source: TA-Lib CDLMORNINGDOJISTAR.
 */
export const cdlMorningDojiStar = definePattern({
  name: 'cdlMorningDojiStar',
  title: 'Morning Doji Star',
  settings: options({ penetration: factor(0.3, 0) }),
  lookback: 12,
  pattern: ({ penetration }) => new Star({ turns: 'up', star: candleSettings.bodyDoji, penetration }),
});
