import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { AgeOfHighest } from '../parts/age-of-highest.ts';
import type { CandleRow } from '../parts/candle-row.ts';

class AroonoscCore implements Core<CandleRow<'high' | 'low'>, number> {
  private readonly factor: number;
  private readonly highest: AgeOfHighest;
  private readonly lowest: AgeOfHighest;

  constructor(period: number) {
    this.factor = 100 / period;
    this.highest = new AgeOfHighest(period + 1);
    this.lowest = new AgeOfHighest(period + 1);
  }

  update({ high, low }: CandleRow<'high' | 'low'>): number {
    return this.next(high, low);
  }

  private next(high: number, low: number): number {
    const { highest, lowest } = this;
    highest.update(high);
    lowest.update(-low);
    return highest.ready ? this.factor * (lowest.age - highest.age) : Number.NaN;
  }

  assign(from: AroonoscCore): void {
    this.highest.assign(from.highest);
    this.lowest.assign(from.lowest);
  }

  run([high, low]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.next(high[i], low[i]);
  }
}

/**
 * Aroon oscillator: up less down of `aroon` over `timePeriod` candles (2 to 100,000; 14 by default), computed in one step as
 * 100 / `timePeriod` · (candles since the lowest low - candles since the highest high), as TA-Lib does. -100 to 100; lookback
 * `timePeriod`. Source: TA-Lib AROONOSC, after Tushar Chande (1995).
 */
export const aroonosc = defineIndicator({
  name: 'aroonosc',
  title: 'Aroon Oscillator',
  source: 'TA-Lib 0.6 AROONOSC',
  input: candleColumns('high', 'low'),
  output: oneColumn,
  settings: timePeriod(14),
  lookback: ({ timePeriod }) => timePeriod,
  start: ({ timePeriod }) => new AroonoscCore(timePeriod),
});
