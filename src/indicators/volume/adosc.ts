import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { options, rowCount } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { AdCore } from './ad.ts';

type Row = CandleRow<'high' | 'low' | 'close' | 'volume'>;

interface AdoscValues {
  readonly fastPeriod: number;
  readonly slowPeriod: number;
}

/** Both averages begin with the first value of the line, not with a mean as `ema` does. */
class AdoscCore implements Core<Row, number> {
  private readonly line = new AdCore();
  private readonly lookback: number;
  private readonly fastWeight: number;
  private readonly slowWeight: number;
  /** Rows seen, up to one more than the lookback. */
  private seen = 0;
  private fast = 0;
  private slow = 0;

  constructor({ fastPeriod, slowPeriod }: AdoscValues) {
    this.lookback = Math.max(fastPeriod, slowPeriod) - 1;
    this.fastWeight = 2 / (fastPeriod + 1);
    this.slowWeight = 2 / (slowPeriod + 1);
  }

  update({ high, low, close, volume }: Row): number {
    return this.next(high, low, close, volume);
  }

  private next(high: number, low: number, close: number, volume: number): number {
    const line = this.line.next(high, low, close, volume);
    if (this.seen === 0) {
      this.fast = line;
      this.slow = line;
    } else {
      this.fast = this.fastWeight * line + (1 - this.fastWeight) * this.fast;
      this.slow = this.slowWeight * line + (1 - this.slowWeight) * this.slow;
    }
    if (this.seen <= this.lookback) this.seen++;
    return this.seen > this.lookback ? this.fast - this.slow : Number.NaN;
  }

  assign(from: AdoscCore): void {
    this.line.assign(from.line);
    this.seen = from.seen;
    this.fast = from.fast;
    this.slow = from.slow;
  }

  run(inputs: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    const [high, low, close, volume] = inputs;
    for (let i = start; i < end; i++) out[i] = this.next(high[i], low[i], close[i], volume[i]);
  }
}

/**
 * Chaikin oscillator: the exponential moving average of the accumulation/distribution line over `fastPeriod` candles (2 to 100,000;
 * 3 by default) less that over `slowPeriod` (2 to 100,000; 10 by default). In units of the volume, any sign. The lookback is the
 * longer period less 1. Both averages begin with the line's first value; `fastPeriod` may be the longer one, the sign then turns.
 * Source: TA-Lib ADOSC, after Marc Chaikin.
 */
export const adosc = defineIndicator({
  name: 'adosc',
  title: 'Chaikin Accumulation/Distribution Oscillator',
  source: 'TA-Lib 0.6 ADOSC',
  input: candleColumns('high', 'low', 'close', 'volume'),
  output: oneColumn,
  settings: options({ fastPeriod: rowCount(3), slowPeriod: rowCount(10) }),
  lookback: ({ fastPeriod, slowPeriod }) => Math.max(fastPeriod, slowPeriod) - 1,
  start: (values) => new AdoscCore(values),
});
