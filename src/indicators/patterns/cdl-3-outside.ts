import { noSettings } from '../define/settings.ts';
import { CandlePattern } from '../parts/candle-pattern.ts';
import { definePattern } from '../parts/define-pattern.ts';

class ThreeOutside extends CandlePattern {
  private readonly first = this.candle(2);
  private readonly second = this.candle(1);
  private readonly third = this.candle(0);

  judge(): number {
    const { first, second, third } = this;
    if (first.color === second.color) return 0;
    if (second.isWhite) {
      const isUp = second.close > first.open && second.open < first.close && third.close > second.close;
      return isUp ? 100 : 0;
    }
    const isDown = second.open > first.close && second.close < first.open && third.close < second.close;
    return isDown ? -100 : 0;
  }
}

/**
 * Three outside up and down: an engulfing pattern and its confirmation. A real body that reaches beyond both ends of the
 * one before, which has the other color, then a candle that closes further on. 100 where the second is white (up), a
 * bullish sign in a downtrend; -100 where it is black (down), bearish in an uptrend; else 0. The trend is not looked
 * for.
 *
 * The first 3 rows have no value: one more than the pattern needs, as in TA-Lib. Source: TA-Lib CDL3OUTSIDE.
 */
export const cdl3Outside = definePattern({
  name: 'cdl3Outside',
  title: 'Three Outside Up/Down',
  settings: noSettings,
  lookback: 3,
  pattern: () => new ThreeOutside(),
});
