import { type CycleLookback, DEGREES, HilbertCycle } from './hilbert-cycle.ts';
import { atan, cos, sin } from './trigonometry.ts';

/** The lookback of all that needs a phase. */
export const PHASE_LOOKBACK: CycleLookback = 63;

const LONGEST_CYCLE = 50;
/** Room for the longest cycle; a power of 2. */
const ROOM = 64;
const LAST = ROOM - 1;

/**
 * Sines, each of a cycle's length and a step of it, that glibc gives away from 0 by one unit in the last place, since they are
 * almost midway between two doubles. TA-Lib on glibc has them so, and where prices hardly move within a cycle, its phase comes
 * from such digits. They are those of glibc 2.36 on processors with fused multiply-add; on one without, it gives others.
 */
const ROUNDED_AWAY: readonly (readonly [rows: number, step: number])[] = [
  [19, 11],
  [27, 13],
  [38, 22],
  [39, 1],
  [40, 33],
  [40, 39],
  [41, 22],
];

/** One turn in as many steps as the cycle has rows: the sines of all cycles after each other, and the cosines likewise. */
interface Turns {
  readonly sines: Float64Array;
  readonly cosines: Float64Array;
}

let turns: Turns | undefined;

/** They are the same for every core, and made when the first one is. */
function allTurns(): Turns {
  if (turns !== undefined) return turns;
  const sines = new Float64Array(firstStep(LONGEST_CYCLE + 1));
  const cosines = new Float64Array(sines.length);
  for (let rows = 1; rows <= LONGEST_CYCLE; rows++) {
    for (let i = 0; i < rows; i++) {
      const angle = (i * (2 * Math.PI)) / rows;
      sines[firstStep(rows) + i] = sin(angle);
      cosines[firstStep(rows) + i] = cos(angle);
    }
  }
  for (const [rows, step] of ROUNDED_AWAY) awayFromZero(sines, firstStep(rows) + step);
  turns = { sines, cosines };
  return turns;
}

/** Adds half a unit in the last place or more, which is rounded to a whole one. */
function awayFromZero(values: Float64Array, at: number): void {
  values[at] += values[at] * (Number.EPSILON / 2);
}

/** Where the steps of a cycle begin among those of all. */
function firstStep(rows: number): number {
  return (rows * (rows - 1)) / 2;
}

/**
 * The phase of the dominant cycle: that of the smoothed prices' Fourier component whose period is the cycle's, over the last
 * cycle. Shared by TA-Lib's HT_DCPHASE, HT_SINE and HT_TRENDMODE. Source: TA-Lib 0.6, after John Ehlers, "Rocket Science for
 * Traders" (2001).
 */
export class CyclePhase {
  /** Degrees. */
  phase = 0;
  readonly cycle = new HilbertCycle(PHASE_LOOKBACK);

  private readonly turns = allTurns();
  private readonly prices = new Float64Array(ROOM);
  private row = 0;
  private real = 0;
  private imaginary = 0;

  /** Whether outputs begin, or have begun, with the last row taken. */
  get ready(): boolean {
    return this.cycle.ready;
  }

  /** Takes the next row; whether the fields have that row's values, which they have before outputs begin. */
  update(price: number): boolean {
    const { cycle } = this;
    if (!cycle.update(price)) return false;
    this.row = (this.row + 1) & LAST;
    this.prices[this.row] = cycle.smoothed;
    this.transform(Math.trunc(cycle.smoothPeriod + 0.5));
    this.phase = this.nextPhase(cycle.smoothPeriod);
    return true;
  }

  /** The Fourier component over the last `rows` rows, the newest first; nothing for NaN. */
  private transform(rows: number): void {
    const { prices, row } = this;
    const { sines, cosines } = this.turns;
    const first = firstStep(rows);
    let real = 0;
    let imaginary = 0;
    for (let i = 0; i < rows; i++) {
      const price = prices[(row - i) & LAST];
      real += sines[first + i] * price;
      imaginary += cosines[first + i] * price;
    }
    this.real = real;
    this.imaginary = imaginary;
  }

  private nextPhase(period: number): number {
    const { real, imaginary } = this;
    let phase = this.quarter(real, imaginary) + 90;
    // The smoothed price is a row late.
    phase += 360 / period;
    if (imaginary < 0) phase += 180;
    return phase > 315 ? phase - 360 : phase;
  }

  /** -90 to 90 degrees. Where the component has no imaginary part, TA-Lib goes on from the phase before. */
  private quarter(real: number, imaginary: number): number {
    if (Math.abs(imaginary) > 0) return atan(real / imaginary) * DEGREES;
    if (imaginary !== 0 || real === 0) return this.phase;
    if (real < 0) return this.phase - 90;
    return real > 0 ? this.phase + 90 : this.phase;
  }

  assign(from: CyclePhase): void {
    this.phase = from.phase;
    this.cycle.assign(from.cycle);
    this.prices.set(from.prices);
    this.row = from.row;
    this.real = from.real;
    this.imaginary = from.imaginary;
  }
}
