import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { noSettings } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';

type Row = CandleRow<'close' | 'volume'>;

class ObvCore implements Core<Row, number> {
  private begun = false;
  private close = 0;
  private total = 0;

  update({ close, volume }: Row): number {
    return this.next(close, volume);
  }

  private next(close: number, volume: number): number {
    const before = this.close;
    this.close = close;
    if (!this.begun) {
      this.begun = true;
      this.total = volume;
    } else if (close > before) {
      this.total += volume;
    } else if (close < before) {
      this.total -= volume;
    }
    return this.total;
  }

  assign(from: ObvCore): void {
    this.begun = from.begun;
    this.close = from.close;
    this.total = from.total;
  }

  run([close, volume]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.next(close[i], volume[i]);
  }
}

/**
 * On balance volume: a running total to which each candle adds its volume where it closed above the one before, and from which it
 * takes it where it closed below. In units of the volume, any sign; lookback 0. It begins with the first candle's volume, as
 * TA-Lib's does, so only its changes mean something. A NaN volume stays for good; a NaN close leaves the total as it is for two
 * rows. Source: TA-Lib OBV, after Joseph Granville (1963).
 */
export const obv = defineIndicator({
  name: 'obv',
  title: 'On Balance Volume',
  source: 'TA-Lib 0.6 OBV',
  input: candleColumns('close', 'volume'),
  output: oneColumn,
  settings: noSettings,
  lookback: () => 0,
  start: () => new ObvCore(),
});
