import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { namedColumns } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { AgeOfHighest } from '../parts/age-of-highest.ts';
import type { CandleRow } from '../parts/candle-row.ts';

interface Aroon {
  aroonDown: number;
  aroonUp: number;
}

class AroonCore implements Core<CandleRow<'high' | 'low'>, Aroon> {
  private readonly period: number;
  private readonly factor: number;
  private readonly highest: AgeOfHighest;
  private readonly lowest: AgeOfHighest;
  private down = Number.NaN;
  private up = Number.NaN;

  constructor(period: number) {
    this.period = period;
    this.factor = 100 / period;
    this.highest = new AgeOfHighest(period + 1);
    this.lowest = new AgeOfHighest(period + 1);
  }

  update({ high, low }: CandleRow<'high' | 'low'>): Aroon {
    this.next(high, low);
    return { aroonDown: this.down, aroonUp: this.up };
  }

  private next(high: number, low: number): void {
    const { highest, lowest } = this;
    highest.update(high);
    lowest.update(-low);
    if (!highest.ready) return;
    this.down = this.factor * (this.period - lowest.age);
    this.up = this.factor * (this.period - highest.age);
  }

  assign(from: AroonCore): void {
    this.highest.assign(from.highest);
    this.lowest.assign(from.lowest);
    this.down = from.down;
    this.up = from.up;
  }

  run([high, low]: readonly Float64Array[], [down, up]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) {
      this.next(high[i], low[i]);
      down[i] = this.down;
      up[i] = this.up;
    }
  }
}

/**
 * Aroon: how recent the lowest low and the highest high of the last `timePeriod` + 1 candles are, each as
 * 100 / `timePeriod` · (`timePeriod` - candles since) (2 to 100,000; 14 by default). 100 is now, 0 is `timePeriod` candles ago;
 * lookback `timePeriod`. Of equal prices the latest counts. A NaN is passed over, unless it is the oldest of the candles when the
 * extreme has just left them: it then counts as the extreme for that row, as in TA-Lib.
 * Source: TA-Lib AROON, after Tushar Chande (1995).
 */
export const aroon = defineIndicator({
  name: 'aroon',
  title: 'Aroon',
  source: 'TA-Lib 0.6 AROON',
  input: candleColumns('high', 'low'),
  output: namedColumns('aroonDown', 'aroonUp'),
  settings: timePeriod(14),
  lookback: ({ timePeriod }) => timePeriod,
  start: ({ timePeriod }) => new AroonCore(timePeriod),
});
