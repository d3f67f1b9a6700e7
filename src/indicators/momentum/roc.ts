import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { Lag } from '../parts/lag.ts';

class RocCore implements Core<number, number> {
  private readonly lag: Lag;

  constructor(period: number) {
    this.lag = new Lag(period);
  }

  update(value: number): number {
    const before = this.lag.shift(value);
    return before === 0 ? 0 : (value / before - 1) * 100;
  }

  assign(from: RocCore): void {
    this.lag.assign(from.lag);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * Rate of change in percent, 100 · (value / before - 1), where `before` is the value `timePeriod` rows before (1 to 100,000; 10
 * by default); the first after `timePeriod` rows. Around 0, and at least -100 for prices. 0 where `before` is 0, as TA-Lib has
 * it. Source: TA-Lib ROC.
 */
export const roc = defineIndicator({
  name: 'roc',
  title: 'Rate of Change',
  source: 'TA-Lib 0.6 ROC',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(10, 1),
  lookback: ({ timePeriod }) => timePeriod,
  start: ({ timePeriod }) => new RocCore(timePeriod),
});
