import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { factor, options } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { ParabolicStop } from '../parts/parabolic-stop.ts';

class SarCore implements Core<CandleRow<'high' | 'low'>, number> {
  private readonly stop: ParabolicStop;

  constructor(acceleration: number, maximum: number) {
    const both = { first: acceleration, step: acceleration, most: maximum };
    this.stop = new ParabolicStop({ startValue: 0, offsetOnReverse: 0, long: both, short: both });
  }

  update({ high, low }: CandleRow<'high' | 'low'>): number {
    return this.stop.update(high, low);
  }

  assign(from: SarCore): void {
    this.stop.assign(from.stop);
  }

  run([high, low]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    const { stop } = this;
    for (let i = start; i < end; i++) out[i] = stop.update(high[i], low[i]);
  }
}

/**
 * Parabolic stop and reverse: below the candles while long, above them while short. It goes towards the extreme price since it
 * last reversed by `acceleration` (0 to 3e37; 0.02 by default) of the distance, and by as much more after each new extreme, up to
 * `maximum` (0 to 3e37; 0.2); an acceleration above the maximum is taken for the maximum. Where the price touches it, it reverses
 * to that extreme. The first value is at row 1. Source: TA-Lib SAR, after J. Welles Wilder (1978).
 */
export const sar = defineIndicator({
  name: 'sar',
  title: 'Parabolic SAR',
  source: 'TA-Lib 0.6 SAR',
  input: candleColumns('high', 'low'),
  output: oneColumn,
  settings: options({ acceleration: factor(0.02, 0), maximum: factor(0.2, 0) }),
  lookback: () => 1,
  start: ({ acceleration, maximum }) => new SarCore(acceleration, maximum),
});
