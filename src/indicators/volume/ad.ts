import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { noSettings } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';

type Row = CandleRow<'high' | 'low' | 'close' | 'volume'>;

/** The accumulation/distribution line. */
export class AdCore implements Core<Row, number> {
  private line = 0;

  update({ high, low, close, volume }: Row): number {
    return this.next(high, low, close, volume);
  }

  /** `update` without an object. */
  next(high: number, low: number, close: number, volume: number): number {
    const range = high - low;
    if (range > 0) this.line += ((close - low - (high - close)) / range) * volume;
    return this.line;
  }

  assign(from: AdCore): void {
    this.line = from.line;
  }

  run(inputs: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    const [high, low, close, volume] = inputs;
    for (let i = start; i < end; i++) out[i] = this.next(high[i], low[i], close[i], volume[i]);
  }
}

/**
 * Accumulation/distribution line: the running total of volume · ((close - low) - (high - close)) / (high - low), from 0 on. In
 * units of the volume, any sign; lookback 0. Candles whose high is not above their low, or is NaN, add nothing.
 * Source: TA-Lib AD, after Marc Chaikin.
 */
export const ad = defineIndicator({
  name: 'ad',
  title: 'Chaikin Accumulation/Distribution Line',
  source: 'TA-Lib 0.6 AD',
  input: candleColumns('high', 'low', 'close', 'volume'),
  output: oneColumn,
  settings: noSettings,
  lookback: () => 0,
  start: () => new AdCore(),
});
