import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { namedColumns } from '../define/output-shape.ts';
import { noSettings } from '../define/settings.ts';
import { HilbertCycle } from '../parts/hilbert-cycle.ts';

const LOOKBACK = 32;

interface Phasor {
  inPhase: number;
  quadrature: number;
}

class HtPhasorCore implements Core<number, Phasor> {
  private readonly cycle = new HilbertCycle(LOOKBACK);

  update(value: number): Phasor {
    const { cycle } = this;
    cycle.update(value);
    if (!cycle.ready) return { inPhase: Number.NaN, quadrature: Number.NaN };
    return { inPhase: cycle.inPhase, quadrature: cycle.quadrature };
  }

  assign(from: HtPhasorCore): void {
    this.cycle.assign(from.cycle);
  }

  run(
    [values]: readonly Float64Array[],
    [inPhase, quadrature]: readonly Float64Array[],
    start: number,
    end: number,
  ): void {
    const { cycle } = this;
    for (let i = start; i < end; i++) {
      cycle.update(values[i]);
      inPhase[i] = cycle.ready ? cycle.inPhase : Number.NaN;
      quadrature[i] = cycle.ready ? cycle.quadrature : Number.NaN;
    }
  }
}

/**
 * The two parts of the dominant cycle: the smoothed and detrended price of 3 rows ago, and the same a quarter of a cycle on, both
 * in the price's unit and around 0. The first values are at row 32.
 *
 * 95% of rows have TA-Lib's bits. The others come from the C library's arc tangent (see `HilbertCycle`), and are off by at most
 * 1e-14 of the phasor's larger part, and 2e-15 of the largest price, in 1.8 million rows. Source: TA-Lib HT_PHASOR, after John
 * Ehlers (2001).
 */
export const htPhasor = defineIndicator({
  name: 'htPhasor',
  title: 'Hilbert Transform: Phasor Components',
  source: 'TA-Lib 0.6 HT_PHASOR',
  input: oneSeries,
  output: namedColumns('inPhase', 'quadrature'),
  settings: noSettings,
  lookback: () => LOOKBACK,
  start: () => new HtPhasorCore(),
});
