import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { factor, options } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { ParabolicStop, type ParabolicValues } from '../parts/parabolic-stop.ts';

class SarextCore implements Core<CandleRow<'high' | 'low'>, number> {
  private readonly stop: ParabolicStop;

  constructor(values: ParabolicValues) {
    this.stop = new ParabolicStop(values);
  }

  update({ high, low }: CandleRow<'high' | 'low'>): number {
    return this.next(high, low);
  }

  private next(high: number, low: number): number {
    const stop = this.stop.update(high, low);
    return this.stop.isLong ? stop : -stop;
  }

  assign(from: SarextCore): void {
    this.stop.assign(from.stop);
  }

  run([high, low]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.next(high[i], low[i]);
  }
}

/**
 * Parabolic stop and reverse as `sar`, negated while it is short, and with more to set. `startValue` (±3e37; 0 by default): above
 * 0 it begins long at that price, below 0 short at its absolute value, at 0 as `sar`. `offsetOnReverse` (0 to 3e37; 0): where it
 * reverses, it is put away from the price by this share of itself. For long and for short (each 0 to 3e37):
 * `accelerationInitLong` (0.02) after a reversal, `accelerationLong` (0.02) more after each new extreme, `accelerationMaxLong`
 * (0.2) at most, and the same ending in `Short`. The first value is at row 1. Source: TA-Lib SAREXT, after J. Welles Wilder
 * (1978).
 */
export const sarext = defineIndicator({
  name: 'sarext',
  title: 'Parabolic SAR (Extended)',
  source: 'TA-Lib 0.6 SAREXT',
  input: candleColumns('high', 'low'),
  output: oneColumn,
  settings: options({
    startValue: factor(0),
    offsetOnReverse: factor(0, 0),
    accelerationInitLong: factor(0.02, 0),
    accelerationLong: factor(0.02, 0),
    accelerationMaxLong: factor(0.2, 0),
    accelerationInitShort: factor(0.02, 0),
    accelerationShort: factor(0.02, 0),
    accelerationMaxShort: factor(0.2, 0),
  }),
  lookback: () => 1,
  start: (values) =>
    new SarextCore({
      startValue: values.startValue,
      offsetOnReverse: values.offsetOnReverse,
      long: {
        first: values.accelerationInitLong,
        step: values.accelerationLong,
        most: values.accelerationMaxLong,
      },
      short: {
        first: values.accelerationInitShort,
        step: values.accelerationShort,
        most: values.accelerationMaxShort,
      },
    }),
});
