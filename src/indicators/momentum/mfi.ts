import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';

interface Candle {
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Running totals of the flows of rising and of falling rows, as TA-Lib keeps them: never summed afresh. */
class MfiCore implements Core<Candle, number> {
  private readonly rises: Float64Array;
  private readonly falls: Float64Array;
  private at = 0;
  /** Rows seen, up to one more than the period. */
  private seen = 0;
  private price = 0;
  private rise = 0;
  private fall = 0;

  constructor(period: number) {
    this.rises = new Float64Array(period);
    this.falls = new Float64Array(period);
  }

  update({ high, low, close, volume }: Candle): number {
    return this.next(high, low, close, volume);
  }

  private next(high: number, low: number, close: number, volume: number): number {
    const price = (high + low + close) / 3;
    const change = price - this.price;
    this.price = price;
    const { rises, falls, at } = this;
    const { length } = rises;
    if (this.seen <= length && this.seen++ === 0) return Number.NaN;
    // Neither for a change that is NaN.
    const rise = change > 0 ? price * volume : 0;
    const fall = change < 0 ? price * volume : 0;
    this.rise = this.rise - rises[at] + rise;
    this.fall = this.fall - falls[at] + fall;
    rises[at] = rise;
    falls[at] = fall;
    this.at = at + 1 === length ? 0 : at + 1;
    if (this.seen <= length) return Number.NaN;
    const total = this.rise + this.fall;
    return total < 1 ? 0 : 100 * (this.rise / total);
  }

  assign(from: MfiCore): void {
    this.rises.set(from.rises);
    this.falls.set(from.falls);
    this.at = from.at;
    this.seen = from.seen;
    this.price = from.price;
    this.rise = from.rise;
    this.fall = from.fall;
  }

  run(
    [high, low, close, volume]: readonly Float64Array[],
    [out]: readonly Float64Array[],
    start: number,
    end: number,
  ): void {
    for (let i = start; i < end; i++) out[i] = this.next(high[i], low[i], close[i], volume[i]);
  }
}

/**
 * Money flow index, 0 to 100: the share of rising rows in the money flow, typical price (high + low + close) / 3 times volume,
 * of the last `timePeriod` rows (2 to 100,000; 14 by default); the first value after `timePeriod` rows. A row rises or falls by
 * its typical price against that of the row before; one that does neither counts for nothing.
 *
 * 0 where the flow of the whole window is less than 1, as TA-Lib has it: pairs quoted in a coin of high value, or of little
 * volume, have nothing but zeros. Source: TA-Lib MFI, after Gene Quong and Avrum Soudack (1989).
 */
export const mfi = defineIndicator({
  name: 'mfi',
  title: 'Money Flow Index',
  source: 'TA-Lib 0.6 MFI',
  input: candleColumns('high', 'low', 'close', 'volume'),
  output: oneColumn,
  settings: timePeriod(14),
  lookback: ({ timePeriod }) => timePeriod,
  start: ({ timePeriod }) => new MfiCore(timePeriod),
});
