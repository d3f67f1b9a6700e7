import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { options, rowCount } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { RollingSum } from '../parts/rolling-sum.ts';

class ChaikinMoneyFlowCore implements Core<CandleRow<'high' | 'low' | 'close' | 'volume'>, number> {
  private readonly period: number;
  private readonly flow: RollingSum;
  private readonly volume: RollingSum;

  constructor(period: number) {
    this.period = period;
    this.flow = new RollingSum(period);
    this.volume = new RollingSum(period);
  }

  update({ high, low, close, volume }: CandleRow<'high' | 'low' | 'close' | 'volume'>): number {
    return this.ratio(high, low, close, volume);
  }

  private ratio(high: number, low: number, close: number, volume: number): number {
    this.flow.update(((close - low - (high - close)) / (high - low)) * volume);
    this.volume.update(volume);
    if (this.flow.count < this.period || this.volume.count < this.period) return Number.NaN;
    return this.flow.total / this.volume.total;
  }

  assign(from: ChaikinMoneyFlowCore): void {
    this.flow.assign(from.flow);
    this.volume.assign(from.volume);
  }

  run(
    [high, low, close, volume]: readonly Float64Array[],
    [out]: readonly Float64Array[],
    start: number,
    end: number,
  ): void {
    for (let i = start; i < end; i++) out[i] = this.ratio(high[i], low[i], close[i], volume[i]);
  }
}

/**
 * Chaikin money flow, -1 to 1: each candle's volume times where the close stands between the low (-1) and the high (1), totalled
 * over the last `period` rows (2 to 100,000; 21 by default) and divided by their volume. Lookback `period - 1`.
 *
 * NaN for `period` rows after a candle whose high equals its low, which has no such place: technical's rule, kept on purpose. NaN also
 * where the window has no volume, or a missing or infinite number. Exact to a few units in the last place of the volume's share, where
 * pandas carries the rounding errors of all rows before. Source: `chaikin_money_flow` of technical 1.7, after Marc Chaikin.
 */
export const chaikinMoneyFlow = defineIndicator({
  name: 'chaikinMoneyFlow',
  title: 'Chaikin Money Flow',
  source: 'technical 1.7 chaikin_money_flow on pandas 3.1',
  input: candleColumns('high', 'low', 'close', 'volume'),
  output: oneColumn,
  settings: options({ period: rowCount(21) }),
  lookback: ({ period }) => period - 1,
  start: ({ period }) => new ChaikinMoneyFlowCore(period),
});
