import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { EmaCore } from '../overlap/ema.ts';

/** Each average takes its first value when the one before it gives its first. */
class TrixCore implements Core<number, number> {
  private readonly once: EmaCore;
  private readonly twice: EmaCore;
  private readonly thrice: EmaCore;
  private previous = Number.NaN;

  constructor(period: number) {
    this.once = new EmaCore(period);
    this.twice = new EmaCore(period);
    this.thrice = new EmaCore(period);
  }

  update(value: number): number {
    const once = this.once.update(value);
    if (!this.once.ready) return Number.NaN;
    const twice = this.twice.update(once);
    if (!this.twice.ready) return Number.NaN;
    const thrice = this.thrice.update(twice);
    if (!this.thrice.ready) return Number.NaN;
    const before = this.previous;
    this.previous = thrice;
    return before === 0 ? 0 : (thrice / before - 1) * 100;
  }

  assign(from: TrixCore): void {
    this.once.assign(from.once);
    this.twice.assign(from.twice);
    this.thrice.assign(from.thrice);
    this.previous = from.previous;
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * TRIX: by how many percent the EMA of the EMA of the EMA changed from the row before (`timePeriod` 1 to 100,000; 30 by
 * default); the first after 3 · (`timePeriod` - 1) + 1 rows. Around 0. 0 where the average before is 0, as TA-Lib has it.
 *
 * A `timePeriod` of 1 averages nothing, which makes this the rate of change of the values; TA-Lib 0.6 writes beyond its memory
 * then, and 0.8 does as here. Source: TA-Lib TRIX, after Jack Hutson (1983).
 */
export const trix = defineIndicator({
  name: 'trix',
  title: 'Rate of Change of a Triple Smoothed EMA',
  source: 'TA-Lib 0.6 TRIX',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(30, 1),
  lookback: ({ timePeriod }) => 3 * (timePeriod - 1) + 1,
  start: ({ timePeriod }) => new TrixCore(timePeriod),
});
