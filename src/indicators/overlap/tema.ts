import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import type { Average } from '../parts/average.ts';
import { EmaCore } from './ema.ts';

/** Each average takes its first value when the one before it gives its first. */
export class TemaCore implements Average {
  private readonly once: EmaCore;
  private readonly twice: EmaCore;
  private readonly thrice: EmaCore;

  constructor(period: number) {
    this.once = new EmaCore(period);
    this.twice = new EmaCore(period);
    this.thrice = new EmaCore(period);
  }

  get ready(): boolean {
    return this.thrice.ready;
  }

  update(value: number): number {
    const once = this.once.update(value);
    if (!this.once.ready) return Number.NaN;
    const twice = this.twice.update(once);
    if (!this.twice.ready) return Number.NaN;
    // The order of these operations is TA-Lib's; another one differs in the last bit.
    return this.thrice.update(twice) + (3 * once - 3 * twice);
  }

  assign(from: TemaCore): void {
    this.once.assign(from.once);
    this.twice.assign(from.twice);
    this.thrice.assign(from.thrice);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * Triple exponential moving average, 3·EMA - 3·EMA(EMA) + EMA(EMA(EMA)) (2 to 100,000; 30 by default).
 * Source: TA-Lib TEMA, after Patrick Mulloy (1994).
 */
export const tema = defineIndicator({
  name: 'tema',
  title: 'Triple Exponential Moving Average',
  source: 'TA-Lib 0.6 TEMA',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(30),
  lookback: ({ timePeriod }) => 3 * (timePeriod - 1),
  start: ({ timePeriod }) => new TemaCore(timePeriod),
});
