import { noSettings } from '../define/settings.ts';
import { CandlePattern } from '../parts/candle-pattern.ts';
import { candleSettings } from '../parts/candle-settings.ts';
import { definePattern } from '../parts/define-pattern.ts';

class Piercing extends CandlePattern {
  private readonly first = this.candle(1);
  private readonly second = this.candle(0);
  private readonly firstLong = this.average(this.first, candleSettings.bodyLong);
  private readonly secondLong = this.average(this.second, candleSettings.bodyLong);

  judge(): number {
    const { first, second } = this;
    const areLong =
      first.isBlack && first.body > this.firstLong.value && second.isWhite && second.body > this.secondLong.value;
    const pierces =
      second.open < first.low && second.close < first.open && second.close > first.close + first.body * 0.5;
    return areLong && pierces ? 100 : 0;
  }
}

/**
 * Piercing pattern: a long black candle, then a long white one that opens below its low and closes in the upper half of
 * its real body. Long is above the average body of the 10 candles before. 100 where there is one, a bullish sign in a
 * downtrend, which is not looked for; else 0.
 *
 * The first 11 rows have no value. Source: TA-Lib CDLPIERCING.
 */
export const cdlPiercing = definePattern({
  name: 'cdlPiercing',
  title: 'Piercing Pattern',
  settings: noSettings,
  lookback: 11,
  pattern: () => new Piercing(),
});
