import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { noSettings } from '../define/settings.ts';
import { CyclePhase, PHASE_LOOKBACK } from '../parts/cycle-phase.ts';

class HtDcphaseCore implements Core<number, number> {
  private readonly phase = new CyclePhase();

  update(value: number): number {
    const { phase } = this;
    phase.update(value);
    return phase.ready ? phase.phase : Number.NaN;
  }

  assign(from: HtDcphaseCore): void {
    this.phase.assign(from.phase);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/**
 * The phase of the dominant cycle in degrees, -45 to 315: it rises through a cycle and wraps around. The first value is at row
 * 63.
 *
 * 99% of rows have TA-Lib's bits. The others come from the C library's arc tangent (see `HilbertCycle`), and are off by at most
 * 6e-14 degrees in 1.8 million rows. That holds for TA-Lib on glibc and a processor with fused multiply-add: another one's sines
 * move rows where the price hardly moves within a cycle by 4e-9 degrees, and where it does not move at all, the phase is rounding
 * noise and differs. Source: TA-Lib HT_DCPHASE, after John Ehlers (2001).
 */
export const htDcphase = defineIndicator({
  name: 'htDcphase',
  title: 'Hilbert Transform: Dominant Cycle Phase',
  source: 'TA-Lib 0.6 HT_DCPHASE',
  input: oneSeries,
  output: oneColumn,
  settings: noSettings,
  lookback: () => PHASE_LOOKBACK,
  start: () => new HtDcphaseCore(),
});
