import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { namedColumns } from '../define/output-shape.ts';
import { noSettings } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { largerThere, smallerThere } from '../parts/larger-there.ts';

type Candle = CandleRow<'open' | 'high' | 'low' | 'close'>;

class HeikinAshiCore implements Core<Candle, Candle> {
  private begun = false;
  private open = 0;
  private high = 0;
  private low = 0;
  private close = 0;

  update({ open, high, low, close }: Candle): Candle {
    this.next(open, high, low, close);
    return { open: this.open, high: this.high, low: this.low, close: this.close };
  }

  private next(open: number, high: number, low: number, close: number): void {
    this.open = this.begun ? (this.open + this.close) / 2 : (open + close) / 2;
    this.begun = true;
    this.close = (open + high + low + close) / 4;
    this.high = largerThere(largerThere(high, this.open), this.close);
    this.low = smallerThere(smallerThere(low, this.open), this.close);
  }

  assign(from: HeikinAshiCore): void {
    this.begun = from.begun;
    this.open = from.open;
    this.close = from.close;
  }

  run(
    [opens, highs, lows, closes]: readonly Float64Array[],
    [open, high, low, close]: readonly Float64Array[],
    start: number,
    end: number,
  ): void {
    for (let i = start; i < end; i++) {
      this.next(opens[i], highs[i], lows[i], closes[i]);
      open[i] = this.open;
      high[i] = this.high;
      low[i] = this.low;
      close[i] = this.close;
    }
  }
}

/**
 * Heikin-Ashi candles, which smooth the trend: the close is the mean of the candle's four prices, the open the middle of the
 * Heikin-Ashi candle before (of the candle's own open and close in the first row), and high and low reach over both.
 *
 * No parameters; lookback 0. The first open fades by half in each row, so the rows of two histories of one market agree to the last
 * bit after some 50 rows. A NaN stays in the open for good, as in qtpylib. Equal to qtpylib's numbers to the bit. Source:
 * `heikinashi` of qtpylib as vendored by freqtrade.
 */
export const heikinAshi = defineIndicator({
  name: 'heikinAshi',
  title: 'Heikin-Ashi Candles',
  source: "freqtrade's qtpylib heikinashi (technical 1.7)",
  input: candleColumns('open', 'high', 'low', 'close'),
  output: namedColumns('open', 'high', 'low', 'close'),
  settings: noSettings,
  lookback: () => 0,
  start: () => new HeikinAshiCore(),
});
