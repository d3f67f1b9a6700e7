import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { namedColumns } from '../define/output-shape.ts';
import { factor, options, rowCount } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { SummedMean } from '../parts/summed-mean.ts';
import { widestRange } from '../parts/widest-range.ts';

interface Channel {
  upper: number;
  middle: number;
  lower: number;
}

class KeltnerChannelCore implements Core<CandleRow<'high' | 'low' | 'close'>, Channel> {
  private readonly typical: SummedMean;
  private readonly range: SummedMean;
  private readonly atrs: number;
  private closeBefore = Number.NaN;
  private middle = 0;
  private reach = 0;

  constructor(window: number, atrs: number) {
    this.typical = new SummedMean(window);
    this.range = new SummedMean(window);
    this.atrs = atrs;
  }

  update({ high, low, close }: CandleRow<'high' | 'low' | 'close'>): Channel {
    this.next(high, low, close);
    return { upper: this.middle + this.reach, middle: this.middle, lower: this.middle - this.reach };
  }

  private next(high: number, low: number, close: number): void {
    this.middle = this.typical.update((high + low + close) / 3);
    this.reach = this.range.update(widestRange(high, low, this.closeBefore)) * this.atrs;
    this.closeBefore = close;
  }

  assign(from: KeltnerChannelCore): void {
    this.typical.assign(from.typical);
    this.range.assign(from.range);
    this.closeBefore = from.closeBefore;
  }

  run(
    [high, low, close]: readonly Float64Array[],
    [upper, middle, lower]: readonly Float64Array[],
    start: number,
    end: number,
  ): void {
    for (let i = start; i < end; i++) {
      this.next(high[i], low[i], close[i]);
      upper[i] = this.middle + this.reach;
      middle[i] = this.middle;
      lower[i] = this.middle - this.reach;
    }
  }
}

/**
 * Keltner channel as qtpylib has it: the plain mean of the typical price over `window` rows (2 to 100,000; 14 by default), and `atrs`
 * (2) times the plain mean of the true range over as many rows above and below it. Lookback `window - 1`.
 *
 * Both means are plain, where TA-Lib's `atr` has Wilder's smoothing and Chester Keltner's channel later an EMA. The first row's true
 * range is its high - low; a true range leaves out what is NaN. Equal to qtpylib's numbers to the bit for more rows than `window`.
 * Source: `keltner_channel` of qtpylib as vendored by freqtrade.
 */
export const keltnerChannel = defineIndicator({
  name: 'keltnerChannel',
  title: 'Keltner Channel',
  source: "freqtrade's qtpylib keltner_channel (technical 1.7)",
  input: candleColumns('high', 'low', 'close'),
  output: namedColumns('upper', 'middle', 'lower'),
  settings: options({ window: rowCount(14), atrs: factor(2) }),
  lookback: ({ window }) => window - 1,
  start: ({ window, atrs }) => new KeltnerChannelCore(window, atrs),
});
