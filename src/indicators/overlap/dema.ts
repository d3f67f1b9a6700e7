import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import type { Average } from '../parts/average.ts';
import { EmaCore } from './ema.ts';

/** Each average takes its first value when the one before it gives its first. */
export class DemaCore implements Average {
  private readonly once: EmaCore;
  private readonly twice: EmaCore;

  constructor(period: number) {
    this.once = new EmaCore(period);
    this.twice = new EmaCore(period);
  }

  get ready(): boolean {
    return this.twice.ready;
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

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
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
