import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { options, rowCount } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { RollingSum } from '../parts/rolling-sum.ts';
import { WindowRange } from '../parts/window-range.ts';

class ChopinessCore implements Core<CandleRow<'high' | 'low' | 'close'>, number> {
  private readonly period: number;
  private readonly scale: number;
  private readonly ranges: RollingSum;
  private readonly window: WindowRange;
  private closeBefore = Number.NaN;

  constructor(period: number) {
    this.period = period;
    this.scale = Math.log10(period);
    this.ranges = new RollingSum(period);
    this.window = new WindowRange(period);
  }

  update({ high, low, close }: CandleRow<'high' | 'low' | 'close'>): number {
    return this.index(high, low, close);
  }

  private index(high: number, low: number, close: number): number {
    const range = Math.max(high - low, Math.abs(high - this.closeBefore), Math.abs(low - this.closeBefore));
    this.closeBefore = close;
    this.window.update(high, low);
    // A row without a true range is none among those that are added up, and has no value.
    if (Number.isNaN(range)) return Number.NaN;
    this.ranges.update(range);
    if (this.ranges.count < this.period) return Number.NaN;
    return (100 * Math.log10(this.ranges.total / (this.window.highest - this.window.lowest))) / this.scale;
  }

  assign(from: ChopinessCore): void {
    this.ranges.assign(from.ranges);
    this.window.assign(from.window);
    this.closeBefore = from.closeBefore;
  }

  run([high, low, close]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.index(high[i], low[i], close[i]);
  }
}

/**
 * Choppiness index, 0 in a straight trend to 100 in a market that goes nowhere: log10 of the total of the true ranges of the last
 * `period` rows (2 to 100,000; 14 by default) over their highest high less their lowest low, times 100 / log10(`period`). Over 100
 * where a gap before the window counts in its first true range. Lookback `period`, since the first row has no true range.
 *
 * NaN where nothing moved, and in windows with a missing or infinite price. The name is spelled as in freqtrade's libraries.
 * qtpylib has a `chopiness` too, which takes high - low as the first row's true range and so begins one row earlier. Exact to about
 * 1e-14, where pandas carries rounding errors along. Source: `chopiness` of technical 1.7, after Bill Dreiss.
 */
export const chopiness = defineIndicator({
  name: 'chopiness',
  title: 'Choppiness Index',
  source: 'technical 1.7 chopiness on pandas 3.1',
  input: candleColumns('high', 'low', 'close'),
  output: oneColumn,
  settings: options({ period: rowCount(14) }),
  lookback: ({ period }) => period,
  start: ({ period }) => new ChopinessCore(period),
});
