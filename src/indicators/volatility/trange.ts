import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { noSettings } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { trueRange } from '../parts/true-range.ts';

type Row = CandleRow<'high' | 'low' | 'close'>;

class TrangeCore implements Core<Row, number> {
  private begun = false;
  private close = 0;

  update({ high, low, close }: Row): number {
    return this.next(high, low, close);
  }

  private next(high: number, low: number, close: number): number {
    const range = this.begun ? trueRange(high, low, this.close) : Number.NaN;
    this.begun = true;
    this.close = close;
    return range;
  }

  assign(from: TrangeCore): void {
    this.begun = from.begun;
    this.close = from.close;
  }

  run([high, low, close]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.next(high[i], low[i], close[i]);
  }
}

/**
 * True range: the largest of high - low and the distances of high and low from the close before. In units of the price, 0 or more;
 * lookback 1, since TA-Lib gives none to the first candle, where some others take its high - low.
 * Source: TA-Lib TRANGE, after J. Welles Wilder (1978).
 */
export const trange = defineIndicator({
  name: 'trange',
  title: 'True Range',
  source: 'TA-Lib 0.6 TRANGE',
  input: candleColumns('high', 'low', 'close'),
  output: oneColumn,
  settings: noSettings,
  lookback: () => 1,
  start: () => new TrangeCore(),
});
