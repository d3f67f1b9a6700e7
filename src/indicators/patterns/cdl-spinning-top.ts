import { noSettings } from '../define/settings.ts';
import { CandlePattern } from '../parts/candle-pattern.ts';
import { candleSettings } from '../parts/candle-settings.ts';
import { definePattern } from '../parts/define-pattern.ts';

class SpinningTop extends CandlePattern {
  private readonly last = this.candle(0);
  private readonly short = this.average(this.last, candleSettings.bodyShort);

  judge(): number {
    const { last, short } = this;
    const { body } = last;
    return body < short.value && last.upperShadow > body && last.lowerShadow > body ? last.color * 100 : 0;
  }
}

/**
 * Spinning top: a short real body between two shadows that are both longer than it. Short is below the average body of
 * the 10 candles before. 100 where the candle is white, -100 where it is black, which says nothing of the direction;
 * else 0.
 *
 * The first 10 rows have no value. Source: TA-Lib CDLSPINNINGTOP.
 */
export const cdlSpinningTop = definePattern({
  name: 'cdlSpinningTop',
  title: 'Spinning Top',
  settings: noSettings,
  lookback: 10,
  pattern: () => new SpinningTop(),
});
