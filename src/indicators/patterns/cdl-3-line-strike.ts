import { noSettings } from '../define/settings.ts';
import type { CandleAverage } from '../parts/candle-average.ts';
import { CandlePattern } from '../parts/candle-pattern.ts';
import { candleSettings } from '../parts/candle-settings.ts';
import type { Candle } from '../parts/candle.ts';
import { definePattern } from '../parts/define-pattern.ts';

class ThreeLineStrike extends CandlePattern {
  private readonly first = this.candle(3);
  private readonly second = this.candle(2);
  private readonly third = this.candle(1);
  private readonly strike = this.candle(0);
  private readonly firstNear = this.average(this.first, candleSettings.near);
  private readonly secondNear = this.average(this.second, candleSettings.near);

  judge(): number {
    const { first, second, third, strike } = this;
    const { color } = third;
    const haveColors = first.color === color && second.color === color && strike.color !== color;
    const isLine = haveColors && opensNear(first, second, this.firstNear) && opensNear(second, third, this.secondNear);
    if (!isLine) return 0;
    return color === 1 ? this.judgeWhite() : this.judgeBlack();
  }

  private judgeWhite(): number {
    const { first, second, third, strike } = this;
    const rises = third.close > second.close && second.close > first.close;
    return rises && strike.open > third.close && strike.close < first.open ? 100 : 0;
  }

  private judgeBlack(): number {
    const { first, second, third, strike } = this;
    const falls = third.close < second.close && second.close < first.close;
    return falls && strike.open < third.close && strike.close > first.open ? -100 : 0;
  }
}

/** Whether the candle opens in the body before it, or near. */
function opensNear(before: Candle, candle: Candle, near: CandleAverage): boolean {
  return candle.open >= before.bodyBottom - near.value && candle.open <= before.bodyTop + near.value;
}

/**
 * Three-line strike: three candles of one color that each close further on and open in or near the body before, then one
 * of the other color that opens beyond the third close and closes back beyond the first open. Near is within a fifth of
 * the average length, high to low, of the 5 candles before. 100 where the three are white, bullish in an uptrend; -100
 * where they are black, bearish in a downtrend; else 0. The trend is not looked for.
 *
 * The first 8 rows have no value. Source: TA-Lib CDL3LINESTRIKE.
 */
export const cdl3LineStrike = definePattern({
  name: 'cdl3LineStrike',
  title: 'Three-Line Strike',
  settings: noSettings,
  lookback: 8,
  pattern: () => new ThreeLineStrike(),
});
