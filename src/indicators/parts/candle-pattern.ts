import { Candle } from './candle.ts';
import { CandleAverage } from './candle-average.ts';
import { CandleCursor } from './candle-cursor.ts';
import { CandleMean } from './candle-mean.ts';
import type { CandleSetting } from './candle-settings.ts';

/** The rule of a candlestick pattern. It names its candles and the averages that it holds them against in its fields. */
export abstract class CandlePattern {
  readonly cursor = new CandleCursor();
  /** What the averages come from, each once. */
  readonly means: CandleMean[] = [];

  /** What the candles at the cursor are: 0 for nothing. */
  abstract judge(): number;

  /** The candle `back` rows before the one judged last; 0 is that itself. */
  protected candle(back: number): Candle {
    return new Candle(this.cursor, back);
  }

  /** What the setting means for this candle. */
  protected average(candle: Candle, setting: CandleSetting): CandleAverage {
    return new CandleAverage(this.meanFor(candle, setting), setting);
  }

  private meanFor({ back }: Candle, setting: CandleSetting): CandleMean {
    const found = this.means.find((mean) => mean.serves(setting, back));
    if (found !== undefined) return found;
    const mean = new CandleMean(this.cursor, setting, back);
    this.means.push(mean);
    return mean;
  }
}
