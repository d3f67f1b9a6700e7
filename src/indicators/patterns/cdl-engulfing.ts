import { noSettings } from '../define/settings.ts';
import { CandlePattern } from '../parts/candle-pattern.ts';
import { definePattern } from '../parts/define-pattern.ts';

class Engulfing extends CandlePattern {
  private readonly first = this.candle(1);
  private readonly second = this.candle(0);

  judge(): number {
    const { first, second } = this;
    if (first.color === second.color) return 0;
    const { open: begins, close: ends } = second;
    const engulfs = second.isWhite
      ? begins <= first.close && ends >= first.open
      : begins >= first.close && ends <= first.open;
    if (!engulfs) return 0;
    const shared = Number(begins === first.close) + Number(ends === first.open);
    if (shared === 2) return 0;
    return second.color * (shared === 0 ? 100 : 80);
  }
}

/**
 * Engulfing pattern: a real body that covers the one before, which has the other color. 100 where a white candle engulfs
 * a black one, bullish after a downtrend; -100 where a black one engulfs a white one, bearish after an uptrend; 80 and
 * -80 where the bodies have one end in common; else 0. The trend is not looked for. A candle that closes at its open is
 * white.
 *
 * The first 2 rows have no value: one more than the pattern needs, as in TA-Lib. Source: TA-Lib CDLENGULFING; the 80
 * after Greg Morris.
 */
export const cdlEngulfing = definePattern({
  name: 'cdlEngulfing',
  title: 'Engulfing Pattern',
  settings: noSettings,
  lookback: 2,
  pattern: () => new Engulfing(),
});
