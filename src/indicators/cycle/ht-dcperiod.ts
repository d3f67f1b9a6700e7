import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { noSettings } from '../define/settings.ts';
import { HilbertCycle } from '../parts/hilbert-cycle.ts';

const LOOKBACK = 32;

class HtDcperiodCore implements Core<number, number> {
  private readonly cycle = new HilbertCycle(LOOKBACK);

  update(value: number): number {
    const { cycle } = this;
    cycle.update(value);
    return cycle.ready ? cycle.smoothPeriod : Number.NaN;
  }

  assign(from: HtDcperiodCore): void {
    this.cycle.assign(from.cycle);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * The length of the dominant cycle in rows, from 6 to 50 once the first rows are forgotten; found by how far the phasor of
 * `htPhasor` turns from row to row. The first value is at row 32.
 *
 * 96% of rows have TA-Lib's bits. The others come from the C library's arc tangent (see `HilbertCycle`), and are off by at most
 * 2e-15 of the value in 1.8 million rows. Source: TA-Lib HT_DCPERIOD, after John Ehlers (2001).
 */
export const htDcperiod = defineIndicator({
  name: 'htDcperiod',
  title: 'Hilbert Transform: Dominant Cycle Period',
  source: 'TA-Lib 0.6 HT_DCPERIOD',
  input: oneSeries,
  output: oneColumn,
  settings: noSettings,
  lookback: () => LOOKBACK,
  start: () => new HtDcperiodCore(),
});
