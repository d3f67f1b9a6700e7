import { noSettings } from '../define/settings.ts';
import { CandlePattern } from '../parts/candle-pattern.ts';
import { candleSettings } from '../parts/candle-settings.ts';
import { definePattern } from '../parts/define-pattern.ts';

class GravestoneDoji extends CandlePattern {
  private readonly last = this.candle(0);
  private readonly doji = this.average(this.last, candleSettings.bodyDoji);
  private readonly veryShort = this.average(this.last, candleSettings.shadowVeryShort);

  judge(): number {
    const { last, doji, veryShort } = this;
    return last.body <= doji.value && last.lowerShadow < veryShort.value && last.upperShadow > veryShort.value
      ? 100
      : 0;
  }
}

/**
 * Gravestone doji: a doji at the bottom of its candle. The real body is at most a tenth of the average length, high to
 * low, of the 10 candles before it; the lower shadow is shorter than that tenth and the upper one longer. 100 where
 * there is one, which says nothing of the direction without the trend; else 0.
 *
 * The first 10 rows have no value. Source: TA-Lib CDLGRAVESTONEDOJI.
 */
export const cdlGravestoneDoji = definePattern({
  name: 'cdlGravestoneDoji',
  title: 'Gravestone Doji',
  settings: noSettings,
  lookback: 10,
  pattern: () => new GravestoneDoji(),
});
