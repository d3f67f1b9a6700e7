import { noSettings } from '../define/settings.ts';
import { definePattern } from '../parts/define-pattern.ts';
import { HammerShape } from './hammer-shape.ts';

class ShootingStar extends HammerShape {
  judge(): number {
    return this.standsInverted() && this.last.bodyBottom > this.previous.bodyTop ? -100 : 0;
  }
}

/**
 * Shooting star: a short body under a long upper shadow, the whole body above that of the candle before. The real body
 * is shorter than the average of the 10 candles before it, the upper shadow longer than the body, and the lower shadow
 * shorter than a tenth of the average length, high to low, of those 10. -100 where there is one, a bearish sign at the
 * end of an uptrend, which is not looked for; else 0.
 *
 * The first 11 rows have no value. Source: TA-Lib CDLSHOOTINGSTAR.
 */
export const cdlShootingStar = definePattern({
  name: 'cdlShootingStar',
  title: 'Shooting Star',
  settings: noSettings,
  lookback: 11,
  pattern: () => new ShootingStar(),
});
