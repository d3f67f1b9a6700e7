import { noSettings } from '../define/settings.ts';
import { CandlePattern } from '../parts/candle-pattern.ts';
import { candleSettings } from '../parts/candle-settings.ts';
import { definePattern } from '../parts/define-pattern.ts';

class Doji extends CandlePattern {
  private readonly last = this.candle(0);
  private readonly doji = this.average(this.last, candleSettings.bodyDoji);

  judge(): number {
    return this.last.body <= this.doji.value ? 100 : 0;
  }
}

/**
 * Doji: a candle that closes about where it opened, its real body at most a tenth of the average length, high to low, of
 * the 10 candles before it. 100 where there is one, which says that buyers and sellers are even and not that prices
 * rise; else 0.
 *
 * The first 10 rows have no value. Source: TA-Lib CDLDOJI.
 */
export const cdlDoji = definePattern({
  name: 'cdlDoji',
  title: 'Doji',
  settings: noSettings,
  lookback: 10,
  pattern: () => new Doji(),
});
