import { factor, options } from '../define/settings.ts';
import { CandlePattern } from '../parts/candle-pattern.ts';
import { candleSettings } from '../parts/candle-settings.ts';
import { definePattern } from '../parts/define-pattern.ts';

class DarkCloudCover extends CandlePattern {
  private readonly first = this.candle(1);
  private readonly second = this.candle(0);
  private readonly long = this.average(this.first, candleSettings.bodyLong);
  private readonly penetration: number;

  constructor(penetration: number) {
    super();
    this.penetration = penetration;
  }

  judge(): number {
    const { first, second } = this;
    if (!(first.isWhite && first.body > this.long.value && second.isBlack && second.open > first.high)) return 0;
    const isInside = second.close > first.open && second.close < first.close - first.body * this.penetration;
    return isInside ? -100 : 0;
  }
}

/**
 * Dark cloud cover: a long white candle, then a black one that opens above its high and closes inside its real body,
 * lower than `penetration` of that body below its close (0 to 3e37; 0.5 by default). Long is above the average body of
 * the 10 candles before. -100 where there is one, a bearish sign in an uptrend, which is not looked for; else 0.
 *
 * The first 11 rows have no value. Source: TA-Lib CDLDARKCLOUDCOVER.
 */
export const cdlDarkCloudCover = definePattern({
  name: 'cdlDarkCloudCover',
  title: 'Dark Cloud Cover',
  settings: options({ penetration: factor(0.5, 0) }),
  lookback: 11,
  pattern: ({ penetration }) => new DarkCloudCover(penetration),
});
