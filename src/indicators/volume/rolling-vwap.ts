import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { options, rowCount } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { RollingSum } from '../parts/rolling-sum.ts';

/** Holds the last value where a row has none. */
class RollingVwapCore implements Core<CandleRow<'high' | 'low' | 'close' | 'volume'>, number> {
  private readonly minPeriods: number;
  private readonly traded: RollingSum;
  private readonly volume: RollingSum;
  private last = Number.NaN;

  constructor(window: number, minPeriods: number) {
    this.minPeriods = minPeriods;
    this.traded = new RollingSum(window);
    this.volume = new RollingSum(window);
  }

  update({ high, low, close, volume }: CandleRow<'high' | 'low' | 'close' | 'volume'>): number {
    return this.price(high, low, close, volume);
  }

  private price(high: number, low: number, close: number, volume: number): number {
    this.traded.update(volume * ((high + low + close) / 3));
    this.volume.update(volume);
    if (this.traded.count < this.minPeriods || this.volume.count < this.minPeriods) return this.last;
    const price = this.traded.total / this.volume.total;
    if (Number.isFinite(price)) this.last = price;
    return this.last;
  }

  assign(from: RollingVwapCore): void {
    this.traded.assign(from.traded);
    this.volume.assign(from.volume);
    this.last = from.last;
  }

  run(
    [high, low, close, volume]: readonly Float64Array[],
    [out]: readonly Float64Array[],
    start: number,
    end: number,
  ): void {
    for (let i = start; i < end; i++) out[i] = this.price(high[i], low[i], close[i], volume[i]);
  }
}

/** Rows that must have values: `window` where none are asked for. */
const neededRows = (window: number, minPeriods: number) => (minPeriods === 0 ? window : Math.min(minPeriods, window));

/**
 * Volume-weighted average price of the last `window` rows (2 to 100,000; 200 by default): the total of volume × typical price,
 * divided by the total of the volume. Lookback `minPeriods - 1`.
 *
 * `minPeriods` rows of the window must have values (up to `window`, which more stand for; 0, the default, stands for `window` too).
 * Where too few have, or there was no volume in the window, the value before is held. NaN and infinite products count as missing.
 * Exact to a few units in the last place, where pandas carries the rounding errors of all rows before. Source: `rolling_vwap` of
 * qtpylib as vendored by freqtrade.
 */
export const rollingVwap = defineIndicator({
  name: 'rollingVwap',
  title: 'Rolling Volume-Weighted Average Price',
  source: "freqtrade's qtpylib rolling_vwap (technical 1.7) on pandas 3.1",
  input: candleColumns('high', 'low', 'close', 'volume'),
  output: oneColumn,
  settings: options({ window: rowCount(200), minPeriods: rowCount(0, 0) }),
  lookback: ({ window, minPeriods }) => neededRows(window, minPeriods) - 1,
  start: ({ window, minPeriods }) => new RollingVwapCore(window, neededRows(window, minPeriods)),
});
