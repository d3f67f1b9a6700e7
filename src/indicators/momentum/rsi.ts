import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { NEAR_ZERO } from '../parts/near-zero.ts';
import { SmoothedChanges } from '../parts/smoothed-changes.ts';

/** The share of the average gain in gain and loss. */
export class RsiCore implements Core<number, number> {
  private readonly changes: SmoothedChanges;

  constructor(period: number) {
    this.changes = new SmoothedChanges(period);
  }

  /** Whether `update` has given a value. */
  get ready(): boolean {
    return this.changes.ready;
  }

  update(value: number): number {
    const { changes } = this;
    changes.update(value);
    if (!changes.ready) return Number.NaN;
    const total = changes.gain + changes.loss;
    return total > -NEAR_ZERO && total < NEAR_ZERO ? 0 : 100 * (changes.gain / total);
  }

  assign(from: RsiCore): void {
    this.changes.assign(from.changes);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * Relative strength index, 0 to 100: the share of gains in the smoothed changes of the last values (`timePeriod` 2 to 100,000;
 * 14 by default). 0 where nothing moved, or by less than 1e-14 on average. Source: TA-Lib RSI, after J. Welles Wilder (1978).
 */
export const rsi = defineIndicator({
  name: 'rsi',
  title: 'Relative Strength Index',
  source: 'TA-Lib 0.6 RSI',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(14),
  lookback: ({ timePeriod }) => timePeriod,
  start: ({ timePeriod }) => new RsiCore(timePeriod),
});
