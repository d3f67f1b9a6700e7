import { noSettings } from '../define/settings.ts';
import type { CandleAverage } from '../parts/candle-average.ts';
import { CandlePattern } from '../parts/candle-pattern.ts';
import { candleSettings } from '../parts/candle-settings.ts';
import type { Candle } from '../parts/candle.ts';
import { definePattern } from '../parts/define-pattern.ts';

class ThreeWhiteSoldiers extends CandlePattern {
  private readonly first = this.candle(2);
  private readonly second = this.candle(1);
  private readonly third = this.candle(0);
  private readonly firstVeryShort = this.average(this.first, candleSettings.shadowVeryShort);
  private readonly secondVeryShort = this.average(this.second, candleSettings.shadowVeryShort);
  private readonly thirdVeryShort = this.average(this.third, candleSettings.shadowVeryShort);
  private readonly firstNear = this.average(this.first, candleSettings.near);
  private readonly secondNear = this.average(this.second, candleSettings.near);
  private readonly firstFar = this.average(this.first, candleSettings.far);
  private readonly secondFar = this.average(this.second, candleSettings.far);
  private readonly short = this.average(this.third, candleSettings.bodyShort);

  judge(): number {
    const { first, second, third } = this;
    const areSoldiers =
      isSoldier(first, this.firstVeryShort) &&
      isSoldier(second, this.secondVeryShort) &&
      isSoldier(third, this.thirdVeryShort);
    const areAdvancing =
      areSoldiers &&
      follows(first, second, this.firstNear, this.firstFar) &&
      follows(second, third, this.secondNear, this.secondFar);
    return areAdvancing && third.body > this.short.value ? 100 : 0;
  }
}

/** White, with hardly an upper shadow. */
function isSoldier(candle: Candle, veryShort: CandleAverage): boolean {
  return candle.isWhite && candle.upperShadow < veryShort.value;
}

/** Opens in the body before it or near, closes higher, and is not far shorter. */
function follows(before: Candle, candle: Candle, near: CandleAverage, far: CandleAverage): boolean {
  return (
    candle.close > before.close &&
    candle.open > before.open &&
    candle.open <= before.close + near.value &&
    candle.body > before.body - far.value
  );
}

/**
 * Three white soldiers: three white candles with hardly an upper shadow and rising closes. The second and the third open
 * above the open before them, at most near above the close before them; neither is far shorter than the one before, and
 * the third is longer than the average body of the 10 candles before it. An upper shadow may be a tenth of the average
 * length, high to low, of the 10 candles before it; near is a fifth and far three fifths of that of 5 candles. 100 where
 * there are three, a bullish sign in a downtrend, which is not looked for; else 0.
 *
 * The first 12 rows have no value. Source: TA-Lib CDL3WHITESOLDIERS.
 */
export const cdl3WhiteSoldiers = definePattern({
  name: 'cdl3WhiteSoldiers',
  title: 'Three White Soldiers',
  settings: noSettings,
  lookback: 12,
  pattern: () => new ThreeWhiteSoldiers(),
});
