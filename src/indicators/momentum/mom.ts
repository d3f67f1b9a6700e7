import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { Lag } from '../parts/lag.ts';

class MomCore implements Core<number, number> {
  private readonly lag: Lag;

  constructor(period: number) {
    this.lag = new Lag(period);
  }

  update(value: number): number {
    return value - this.lag.shift(value);
  }

  assign(from: MomCore): void {
    this.lag.assign(from.lag);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * Momentum, value - value `timePeriod` rows before (`timePeriod` 1 to 100,000; 10 by default); the first after
 * `timePeriod` rows. In the unit of the values. Source: TA-Lib MOM.
 */
export const mom = defineIndicator({
  name: 'mom',
  title: 'Momentum',
  source: 'TA-Lib 0.6 MOM',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(10, 1),
  lookback: ({ timePeriod }) => timePeriod,
  start: ({ timePeriod }) => new MomCore(timePeriod),
});
