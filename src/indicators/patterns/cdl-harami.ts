import { noSettings } from '../define/settings.ts';
import { CandlePattern } from '../parts/candle-pattern.ts';
import { candleSettings } from '../parts/candle-settings.ts';
import { definePattern } from '../parts/define-pattern.ts';

class Harami extends CandlePattern {
  private readonly first = this.candle(1);
  private readonly second = this.candle(0);
  private readonly long = this.average(this.first, candleSettings.bodyLong);
  private readonly short = this.average(this.second, candleSettings.bodyShort);

  judge(): number {
    const { first, second } = this;
    if (!(first.body > this.long.value && second.body <= this.short.value)) return 0;
    if (second.bodyTop < first.bodyTop && second.bodyBottom > first.bodyBottom) return -first.color * 100;
    return second.bodyTop <= first.bodyTop && second.bodyBottom >= first.bodyBottom ? -first.color * 80 : 0;
  }
}

/**
 * Harami: a short real body inside the long one before. Long is above the average body of the 10 candles before it,
 * short at most that. 100 where the long candle is black, bullish after a downtrend; -100 where it is white, bearish
 * after an uptrend; 80 and -80 where the bodies have an end in common; else 0. The trend is not looked for, nor the
 * color of the second candle.
 *
 * The first 11 rows have no value. Source: TA-Lib CDLHARAMI; the 80 after Greg Morris.
 */
export const cdlHarami = definePattern({
  name: 'cdlHarami',
  title: 'Harami Pattern',
  settings: noSettings,
  lookback: 11,
  pattern: () => new Harami(),
});
