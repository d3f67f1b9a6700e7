import { noSettings } from '../define/settings.ts';
import { CandlePattern } from '../parts/candle-pattern.ts';
import { candleSettings } from '../parts/candle-settings.ts';
import { definePattern } from '../parts/define-pattern.ts';

class Marubozu extends CandlePattern {
  private readonly last = this.candle(0);
  private readonly long = this.average(this.last, candleSettings.bodyLong);
  private readonly veryShort = this.average(this.last, candleSettings.shadowVeryShort);

  judge(): number {
    const { last, long, veryShort } = this;
    const isBare = last.upperShadow < veryShort.value && last.lowerShadow < veryShort.value;
    return isBare && last.body > long.value ? last.color * 100 : 0;
  }
}

/**
 * Marubozu: a long real body with hardly a shadow at either end. Long is above the average body of the 10 candles
 * before; a shadow must be shorter than a tenth of their average length, high to low. 100 where the candle is white, a
 * bullish sign; -100 where it is black, a bearish one; else 0.
 *
 * The first 10 rows have no value. Source: TA-Lib CDLMARUBOZU.
 */
export const cdlMarubozu = definePattern({
  name: 'cdlMarubozu',
  title: 'Marubozu',
  settings: noSettings,
  lookback: 10,
  pattern: () => new Marubozu(),
});
