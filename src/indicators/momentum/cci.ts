import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';

interface Candle {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/**
 * TA-Lib sums the window in the order in which it stands in a ring that began at the first row, not by age; each order rounds
 * differently.
 */
class CciCore implements Core<Candle, number> {
  private readonly ring: Float64Array;
  private at = 0;
  private seen = 0;
  /** The sum of the ring up to `at`, in ring order. */
  private head = 0;

  constructor(period: number) {
    this.ring = new Float64Array(period);
  }

  update({ high, low, close }: Candle): number {
    return this.next(high, low, close);
  }

  private next(high: number, low: number, close: number): number {
    const { ring, at } = this;
    const price = (high + low + close) / 3;
    ring[at] = price;
    this.head += price;
    if (this.seen < ring.length) this.seen++;
    const value = this.seen < ring.length ? Number.NaN : this.index(price);
    this.at = at + 1;
    if (this.at === ring.length) {
      this.at = 0;
      this.head = 0;
    }
    return value;
  }

  private index(price: number): number {
    const { ring } = this;
    const { length } = ring;
    let total = this.head;
    for (let i = this.at + 1; i < length; i++) total += ring[i];
    const mean = total / length;
    let distance = 0;
    for (let i = 0; i < length; i++) distance += Math.abs(ring[i] - mean);
    return price - mean === 0 || distance === 0 ? 0 : (price - mean) / (0.015 * (distance / length));
  }

  assign(from: CciCore): void {
    this.ring.set(from.ring);
    this.at = from.at;
    this.seen = from.seen;
    this.head = from.head;
  }

  run([high, low, close]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.next(high[i], low[i], close[i]);
  }
}

/**
 * Commodity channel index: (price - mean) / (0.015 · mean absolute distance from the mean) of the typical prices (high + low +
 * close) / 3 of the last `timePeriod` candles (2 to 100,000; 14 by default); the first after `timePeriod - 1` rows. Mostly
 * within ±100; 0 where the price is the mean. A row costs work in proportion to the period. Source: TA-Lib CCI, after Donald
 * Lambert (1980).
 */
export const cci = defineIndicator({
  name: 'cci',
  title: 'Commodity Channel Index',
  source: 'TA-Lib 0.6 CCI',
  input: candleColumns('high', 'low', 'close'),
  output: oneColumn,
  settings: timePeriod(14),
  lookback: ({ timePeriod }) => timePeriod - 1,
  start: ({ timePeriod }) => new CciCore(timePeriod),
});
