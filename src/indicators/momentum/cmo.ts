import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import { NEAR_ZERO } from '../parts/near-zero.ts';
import { SmoothedChanges } from '../parts/smoothed-changes.ts';

class CmoCore implements Core<number, number> {
  private readonly changes: SmoothedChanges;

  constructor(period: number) {
    this.changes = new SmoothedChanges(period);
  }

  update(value: number): number {
    const { changes } = this;
    changes.update(value);
    if (!changes.ready) return Number.NaN;
    const total = changes.gain + changes.loss;
    return total > -NEAR_ZERO && total < NEAR_ZERO ? 0 : 100 * ((changes.gain - changes.loss) / total);
  }

  assign(from: CmoCore): void {
    this.changes.assign(from.changes);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * Chande momentum oscillator, -100 to 100: 100 · (gain - loss) / (gain + loss) of the last changes (`timePeriod` 2 to 100,000;
 * 14 by default); the first value after `timePeriod` rows. 0 where nothing moved, or by less than 1e-14 on average.
 *
 * Chande totals the changes of each period afresh; TA-Lib smooths them as Wilder does in the RSI, so this is 2 · RSI - 100
 * where anything moved. Kept as TA-Lib has it. Source: TA-Lib CMO, after Tushar Chande (1994).
 */
export const cmo = defineIndicator({
  name: 'cmo',
  title: 'Chande Momentum Oscillator',
  source: 'TA-Lib 0.6 CMO',
  input: oneSeries,
  output: oneColumn,
  settings: timePeriod(14),
  lookback: ({ timePeriod }) => timePeriod,
  start: ({ timePeriod }) => new CmoCore(timePeriod),
});
