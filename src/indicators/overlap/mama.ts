import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { namedColumns } from '../define/output-shape.ts';
import { factor, options } from '../define/settings.ts';
import type { Average } from '../parts/average.ts';
import { DEGREES, HilbertCycle } from '../parts/hilbert-cycle.ts';
import { atan } from '../parts/trigonometry.ts';

interface MamaFama {
  mama: number;
  fama: number;
}

/** The limits that TA-Lib's MA gives MAMA. */
const USUAL_FAST_LIMIT = 0.5;
const USUAL_SLOW_LIMIT = 0.05;

/** Rows without a value. */
export const MAMA_LOOKBACK = 32;

/** Both averages begin at 0, and have no value until that no longer shows. */
export class MamaCore implements Average {
  /** The following average, of the last row. */
  fama = Number.NaN;

  private readonly fastLimit: number;
  private readonly slowLimit: number;
  private readonly cycle = new HilbertCycle(MAMA_LOOKBACK);
  private phase = 0;
  private average = 0;
  private following = 0;

  constructor(fastLimit = USUAL_FAST_LIMIT, slowLimit = USUAL_SLOW_LIMIT) {
    this.fastLimit = fastLimit;
    this.slowLimit = slowLimit;
  }

  get ready(): boolean {
    return this.cycle.ready;
  }

  /** MAMA of the row; `fama` is that row's too. */
  update(value: number): number {
    if (this.cycle.update(value)) this.move(value);
    if (!this.cycle.ready) return Number.NaN;
    this.fama = this.following;
    return this.average;
  }

  private move(value: number): void {
    const { inPhase, quadrature } = this.cycle;
    const phase = inPhase === 0 ? 0 : atan(quadrature / inPhase) * DEGREES;
    const weight = this.weightOf(this.phase - phase);
    this.phase = phase;
    this.average = weight * value + (1 - weight) * this.average;
    const half = weight * 0.5;
    this.following = half * this.average + (1 - half) * this.following;
  }

  /** The faster the phase turns, the less. The comparisons are false for NaN, and then the weight is the fast limit. */
  private weightOf(turned: number): number {
    if (!(turned > 1)) return this.fastLimit;
    const weight = this.fastLimit / turned;
    return weight < this.slowLimit ? this.slowLimit : weight;
  }

  assign(from: MamaCore): void {
    this.fama = from.fama;
    this.cycle.assign(from.cycle);
    this.phase = from.phase;
    this.average = from.average;
    this.following = from.following;
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/** Both averages of a row. */
class MamaFamaCore implements Core<number, MamaFama> {
  private readonly core: MamaCore;

  constructor(fastLimit: number, slowLimit: number) {
    this.core = new MamaCore(fastLimit, slowLimit);
  }

  update(value: number): MamaFama {
    const mama = this.core.update(value);
    return { mama, fama: this.core.fama };
  }

  assign(from: MamaFamaCore): void {
    this.core.assign(from.core);
  }

  run([values]: readonly Float64Array[], [mama, fama]: readonly Float64Array[], start: number, end: number): void {
    const { core } = this;
    for (let i = start; i < end; i++) {
      mama[i] = core.update(values[i]);
      fama[i] = core.fama;
    }
  }
}

/**
 * MESA adaptive moving average (mama) and the average that follows it (fama). The weight of the newest value is `fastLimit` (0.01
 * to 0.99; 0.5 by default) by the degrees that the cycle's phase turned since the row before, but not under `slowLimit` (0.01 to
 * 0.99; 0.05); fama takes half that weight. The first values are at row 32. Both begin at 0 in row 12, so rows soon after the
 * first still show a trace of that.
 *
 * 98% of rows have TA-Lib's bits. The others come from the C library's arc tangent (see `HilbertCycle`), and are off by at most
 * 3e-15 of the value in 1.4 million rows of prices. Source: TA-Lib MAMA, after John Ehlers (2001).
 */
export const mama = defineIndicator({
  name: 'mama',
  title: 'MESA Adaptive Moving Average',
  source: 'TA-Lib 0.6 MAMA',
  input: oneSeries,
  output: namedColumns('mama', 'fama'),
  settings: options({
    fastLimit: factor(USUAL_FAST_LIMIT, 0.01, 0.99),
    slowLimit: factor(USUAL_SLOW_LIMIT, 0.01, 0.99),
  }),
  lookback: () => MAMA_LOOKBACK,
  start: ({ fastLimit, slowLimit }) => new MamaFamaCore(fastLimit, slowLimit),
});
