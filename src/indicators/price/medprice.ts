import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { noSettings } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';

class MedpriceCore implements Core<CandleRow<'high' | 'low'>, number> {
  update({ high, low }: CandleRow<'high' | 'low'>): number {
    return this.price(high, low);
  }

  private price(high: number, low: number): number {
    return (high + low) / 2;
  }

  assign(): void {}

  run([high, low]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.price(high[i], low[i]);
  }
}

/** The middle of each candle's range, (high + low) / 2. Lookback 0. Source: TA-Lib MEDPRICE. */
export const medprice = defineIndicator({
  name: 'medprice',
  title: 'Median Price',
  source: 'TA-Lib 0.6 MEDPRICE',
  input: candleColumns('high', 'low'),
  output: oneColumn,
  settings: noSettings,
  lookback: () => 0,
  start: () => new MedpriceCore(),
});
