import { noSettings } from '../define/settings.ts';
import type { CandleAverage } from '../parts/candle-average.ts';
import { CandlePattern } from '../parts/candle-pattern.ts';
import { candleSettings } from '../parts/candle-settings.ts';
import type { Candle } from '../parts/candle.ts';
import { definePattern } from '../parts/define-pattern.ts';

class ThreeBlackCrows extends CandlePattern {
  private readonly before = this.candle(3);
  private readonly first = this.candle(2);
  private readonly second = this.candle(1);
  private readonly third = this.candle(0);
  private readonly firstVeryShort = this.average(this.first, candleSettings.shadowVeryShort);
  private readonly secondVeryShort = this.average(this.second, candleSettings.shadowVeryShort);
  private readonly thirdVeryShort = this.average(this.third, candleSettings.shadowVeryShort);

  judge(): number {
    const { before, first, second, third } = this;
    const areCrows =
      isCrow(first, this.firstVeryShort) && isCrow(second, this.secondVeryShort) && isCrow(third, this.thirdVeryShort);
    const turns = before.isWhite && before.high > first.close;
    return areCrows && turns && follows(first, second) && follows(second, third) ? -100 : 0;
  }
}

/** Black, with hardly a lower shadow. */
function isCrow(candle: Candle, veryShort: CandleAverage): boolean {
  return candle.isBlack && candle.lowerShadow < veryShort.value;
}

/** Opens in the body before it and closes lower. */
function follows(before: Candle, candle: Candle): boolean {
  return candle.open < before.open && candle.open > before.close && candle.close < before.close;
}

/**
 * Three black crows: after a white candle three black ones with hardly a lower shadow and falling closes, the first
 * closing below the white one's high, the others opening inside the body before them. A lower shadow must be shorter
 * than a tenth of the average length, high to low, of the 10 candles before it. -100 where there are three, a bearish
 * sign at high prices, which are not looked for; else 0.
 *
 * The first 13 rows have no value. Source: TA-Lib CDL3BLACKCROWS.
 */
export const cdl3BlackCrows = definePattern({
  name: 'cdl3BlackCrows',
  title: 'Three Black Crows',
  settings: noSettings,
  lookback: 13,
  pattern: () => new ThreeBlackCrows(),
});
