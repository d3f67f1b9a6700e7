import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { NEAR_ZERO } from '../parts/near-zero.ts';
import { AtrCore } from './atr.ts';

type Row = CandleRow<'high' | 'low' | 'close'>;

class NatrCore implements Core<Row, number> {
  private readonly period: number;
  private readonly atr: AtrCore;
  /** Rows seen, up to one more than the period. */
  private seen = 0;

  constructor(period: number) {
    this.period = period;
    this.atr = new AtrCore(period);
  }

  update({ high, low, close }: Row): number {
    return this.next(high, low, close);
  }

  private next(high: number, low: number, close: number): number {
    const atr = this.atr.next(high, low, close);
    if (this.period === 1) return atr;
    if (this.seen <= this.period) this.seen++;
    if (this.seen <= this.period) return Number.NaN;
    return Math.abs(close) < NEAR_ZERO ? 0 : (atr / close) * 100;
  }

  assign(from: NatrCore): void {
    this.atr.assign(from.atr);
    this.seen = from.seen;
  }

  run([high, low, close]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.next(high[i], low[i], close[i]);
  }
}

/**
 * Normalized average true range: 100 · `atr` / close over `timePeriod` candles (1 to 100,000; 14 by default), in percent of the
 * price; lookback `timePeriod`.
 *
 * With a period of 1 it is the true range in units of the price, not in percent, as in TA-Lib. Where the close is closer to zero
 * than 1e-14 it is 0. TA-Lib means that too, but after its first value it writes that 0 over the first value and leaves the row
 * itself unwritten, so what stands there is whatever the memory held: the one place where this differs on purpose.
 * Source: TA-Lib NATR, after John Forman (2006).
 */
export const natr = defineIndicator({
  name: 'natr',
  title: 'Normalized Average True Range',
  source: 'TA-Lib 0.6 NATR',
  input: candleColumns('high', 'low', 'close'),
  output: oneColumn,
  settings: timePeriod(14, 1),
  lookback: ({ timePeriod }) => timePeriod,
  start: ({ timePeriod }) => new NatrCore(timePeriod),
});
