import { factor, options } from '../define/settings.ts';
import { candleSettings } from '../parts/candle-settings.ts';
import { definePattern } from '../parts/define-pattern.ts';
import { Star } from './star.ts';

/**
 * Evening doji star: a long white candle, then a doji whose whole body is above the first, then a black one that is not
 * short and closes below the first close by more than `penetration` of the first body (0 to 3e37; 0.3 by default). Long
 * is above the average body of the 10 candles before, short at most that; a doji's body is at most a tenth of their
 * average length, high to low. -100 where there is one, a bearish sign in an uptrend, which is not looked for; else 0.
 *
 * The first 12 rows have no value. Source: TA-Lib CDLEVENINGDOJISTAR.
 */
export const cdlEveningDojiStar = definePattern({
  name: 'cdlEveningDojiStar',
  title: 'Evening Doji Star',
  settings: options({ penetration: factor(0.3, 0) }),
  lookback: 12,
  pattern: ({ penetration }) => new Star({ turns: 'down', star: candleSettings.bodyDoji, penetration }),
});
