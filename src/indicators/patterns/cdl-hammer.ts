import { noSettings } from '../define/settings.ts';
import { candleSettings } from '../parts/candle-settings.ts';
import { definePattern } from '../parts/define-pattern.ts';
import { HammerShape } from './hammer-shape.ts';

class Hammer extends HammerShape {
  private readonly near = this.average(this.previous, candleSettings.near);

  judge(): number {
    const { last, previous, near } = this;
    return this.standsUpright() && last.bodyBottom <= previous.low + near.value ? 100 : 0;
  }
}

/**
 * Hammer: a short body on a long lower shadow, below the candle before or near its low. The real body is shorter than
 * the average of the 10 candles before it, the lower shadow longer than the body, and the upper shadow shorter than a
 * tenth of the average length, high to low, of those 10. Near is within a fifth of the average length of the 5 candles
 * before the previous one. 100 where there is one, a bullish sign at the end of a downtrend, which is not looked for;
 * else 0.
 *
 * The first 11 rows have no value. Source: TA-Lib CDLHAMMER.
 */
export const cdlHammer = definePattern({
  name: 'cdlHammer',
  title: 'Hammer',
  settings: noSettings,
  lookback: 11,
  pattern: () => new Hammer(),
});
