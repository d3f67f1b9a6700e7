import { noSettings } from '../define/settings.ts';
import { CandlePattern } from '../parts/candle-pattern.ts';
import { candleSettings } from '../parts/candle-settings.ts';
import { definePattern } from '../parts/define-pattern.ts';

class ThreeInside extends CandlePattern {
  private readonly first = this.candle(2);
  private readonly second = this.candle(1);
  private readonly third = this.candle(0);
  private readonly long = this.average(this.first, candleSettings.bodyLong);
  private readonly short = this.average(this.second, candleSettings.bodyShort);

  judge(): number {
    const { first, second, third } = this;
    const haveBodies = first.body > this.long.value && second.body <= this.short.value;
    const isInside = haveBodies && second.bodyTop < first.bodyTop && second.bodyBottom > first.bodyBottom;
    if (!isInside || third.color === first.color) return 0;
    if (first.isBlack) return third.close > first.open ? 100 : 0;
    return third.close < first.open ? -100 : 0;
  }
}

/**
 * Three inside up and down: a harami and its confirmation. A short real body inside the long one before, no end in
 * common, then a candle of the other color than the first that closes beyond the first open. Long is above the average
 * body of the 10 candles before it, short at most that. 100 where the first is black and the third white (up), a bullish
 * sign in a downtrend; -100 the other way round (down), bearish in an uptrend; else 0. The trend is not looked for.
 *
 * The first 12 rows have no value. Source: TA-Lib CDL3INSIDE.
 */
export const cdl3Inside = definePattern({
  name: 'cdl3Inside',
  title: 'Three Inside Up/Down',
  settings: noSettings,
  lookback: 12,
  pattern: () => new ThreeInside(),
});
