import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { noSettings } from '../define/settings.ts';
import { CycleTrendline } from '../parts/cycle-trendline.ts';
import { HilbertCycle } from '../parts/hilbert-cycle.ts';

const LOOKBACK = 63;

class HtTrendlineCore implements Core<number, number> {
  private readonly cycle = new HilbertCycle(LOOKBACK);
  private readonly trendline = new CycleTrendline();

  update(value: number): number {
    const { cycle, trendline } = this;
    trendline.add(value);
    if (!cycle.update(value)) return Number.NaN;
    const line = trendline.next(cycle.smoothPeriod);
    return cycle.ready ? line : Number.NaN;
  }

  assign(from: HtTrendlineCore): void {
    this.cycle.assign(from.cycle);
    this.trendline.assign(from.trendline);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * The series without its dominant cycle: the mean of the last cycle, weighted 4, 3, 2, 1 over the last 4 rows. The first value is
 * at row 63. The cycle's length is rounded to whole rows, so the line jumps where that changes.
 *
 * TA-Lib's bits in all of 1.8 million rows; a length within 1e-14 of a half would differ by a whole row. Source: TA-Lib
 * HT_TRENDLINE, after John Ehlers (2001).
 */
export const htTrendline = defineIndicator({
  name: 'htTrendline',
  title: 'Hilbert Transform: Instantaneous Trendline',
  source: 'TA-Lib 0.6 HT_TRENDLINE',
  input: oneSeries,
  output: oneColumn,
  settings: noSettings,
  lookback: () => LOOKBACK,
  start: () => new HtTrendlineCore(),
});
