import type { Core } from './define/core.ts';
import { defineIndicator } from './define/define-indicator.ts';
import { oneSeries } from './define/input-shape.ts';
import { oneColumn } from './define/output-shape.ts';
import { timePeriod } from './define/settings.ts';
import { EmaCore } from './ema.ts';

/** Each average takes its first value when the one before it gives its first. */
class DemaCore implements Core<number, number> {
  private readonly once: EmaCore;
  private readonly twice: EmaCore;

  constructor(period: number) {
    this.once = new EmaCore(period);
    this.twice = new EmaCore(period);
  }

  update(value: number): number {
    const once = this.once.update(value);
    if (!this.once.ready) return Number.NaN;
    return 2 * once - this.twice.update(once);
  }

  assign(from: DemaCore): void {
    this.once.assign(from.once);
    this.twice.assign(from.twice);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number): void {
    for (let i = start; i < values.length; i++) out[i] = this.update(values[i]);
  }
}

/**
 * Double exponential moving average, 2·EMA - EMA(EMA), with less lag than the EMA of the same period (2 to 100,000; 30 by default).
 * Source: TA-Lib DEMA, after Patrick Mulloy (1994).
 */
export const dema = defineIndicator({
  name: 'dema',
  title: 'Double Exponential Moving Average',
  source: 'TA-Lib 0.6 DEMA',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(30),
  lookback: ({ timePeriod }) => 2 * (timePeriod - 1),
  start: ({ timePeriod }) => new DemaCore(timePeriod),
});
