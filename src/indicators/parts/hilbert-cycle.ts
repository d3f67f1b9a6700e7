import { atan } from './trigonometry.ts';
import { WeightedTotal } from './weighted-total.ts';

/** Degrees in a radian. */
export const DEGREES = 180 / Math.PI;

/** The two coefficients of the Hilbert transform, of which it has each twice. */
const OUTER = 0.0962;
const INNER = 0.5769;

/** A delay line keeps 8 values, of which the transform reads the one from 6 rows ago. */
const LINE = 8;
const LAST = LINE - 1;
const SMOOTHED = 0;
const DETRENDED = LINE;
const IN_PHASE = 2 * LINE;
const QUADRATURE = 3 * LINE;

/**
 * After how many rows outputs begin: 32 for those without a phase, 63 for those with one. Source: TA-Lib; 31 more make the phase
 * that of TradeStation.
 */
export type CycleLookback = 32 | 63;

/** Rows that only fill the price smoother, by the lookback. */
const SETTLING: Readonly<Record<CycleLookback, number>> = { 32: 12, 63: 37 };

/**
 * The dominant cycle of a series: the smoothed price is detrended and split into an in-phase and a quadrature part by Hilbert
 * transforms, whose turning from row to row tells the period. Shared by MAMA and all of TA-Lib's HT functions.
 *
 * The numbers are TA-Lib's but for the arc tangent, which TA-Lib takes from the C library: glibc's is not the nearest double in 1
 * of 1,000 rows, and which ones depends on the processor. A period that differs by it in its last digit passes that on to some
 * rows.
 *
 * Source: TA-Lib 0.6 (the part that its MAMA and HT functions have in common), after John Ehlers, "Rocket Science for Traders"
 * (2001).
 */
export class HilbertCycle {
  /** The price, smoothed over 4 rows. */
  smoothed = 0;
  /** The two parts of the price's cycle. */
  inPhase = 0;
  quadrature = 0;
  /** The cycle's length in rows: from 6 to 50 once settled. */
  period = 0;
  /** The period, smoothed over the rows. */
  smoothPeriod = 0;

  private readonly lookback: CycleLookback;
  private readonly settling: number;
  /** Rows seen, up to one more than the lookback. */
  private seen = 0;
  private readonly prices = new WeightedTotal(4);
  private readonly lines = new Float64Array(4 * LINE);
  private row = 0;
  private inPhase2 = 0;
  private quadrature2 = 0;
  private real = 0;
  private imaginary = 0;

  constructor(lookback: CycleLookback) {
    this.lookback = lookback;
    this.settling = SETTLING[lookback];
  }

  /** Whether outputs begin, or have begun, with the last row taken. */
  get ready(): boolean {
    return this.seen > this.lookback;
  }

  /** Takes the next row; whether the fields have that row's values, which they have before outputs begin. */
  update(price: number): boolean {
    const smoothed = this.prices.update(price) * 0.1;
    if (this.seen <= this.lookback && ++this.seen <= this.settling) return false;
    this.smoothed = smoothed;
    this.row = (this.row + 1) & LAST;
    const scale = 0.075 * this.period + 0.54;
    const detrended = this.transform(SMOOTHED, smoothed, scale);
    this.quadrature = this.transform(DETRENDED, detrended, scale);
    this.inPhase = this.lines[DETRENDED + ((this.row - 3) & LAST)];
    const inPhaseTurned = this.transform(IN_PHASE, this.inPhase, scale);
    const quadratureTurned = this.transform(QUADRATURE, this.quadrature, scale);
    this.turn(this.inPhase - quadratureTurned, this.quadrature + inPhaseTurned);
    return true;
  }

  /** The value 90 degrees on, from this one and those 2, 4 and 6 rows ago. */
  private transform(line: number, value: number, scale: number): number {
    const { lines, row } = this;
    lines[line + row] = value;
    const outer = OUTER * value - OUTER * lines[line + ((row - 6) & LAST)];
    const ahead = outer - INNER * lines[line + ((row - 4) & LAST)];
    return (ahead + INNER * lines[line + ((row - 2) & LAST)]) * scale;
  }

  /** How far the phasor turned since the row before gives the period. */
  private turn(inPhase: number, quadrature: number): void {
    const quadrature2 = 0.2 * quadrature + 0.8 * this.quadrature2;
    const inPhase2 = 0.2 * inPhase + 0.8 * this.inPhase2;
    this.real = 0.2 * (inPhase2 * this.inPhase2 + quadrature2 * this.quadrature2) + 0.8 * this.real;
    this.imaginary = 0.2 * (inPhase2 * this.quadrature2 - quadrature2 * this.inPhase2) + 0.8 * this.imaginary;
    this.quadrature2 = quadrature2;
    this.inPhase2 = inPhase2;
    const { real, imaginary, period } = this;
    const turned = imaginary !== 0 && real !== 0 ? 360 / (atan(imaginary / real) * DEGREES) : period;
    this.period = 0.2 * within(turned, period) + 0.8 * period;
    this.smoothPeriod = 0.33 * this.period + 0.67 * this.smoothPeriod;
  }

  assign(from: HilbertCycle): void {
    this.smoothed = from.smoothed;
    this.inPhase = from.inPhase;
    this.quadrature = from.quadrature;
    this.period = from.period;
    this.smoothPeriod = from.smoothPeriod;
    this.seen = from.seen;
    this.prices.assign(from.prices);
    this.lines.set(from.lines);
    this.row = from.row;
    this.inPhase2 = from.inPhase2;
    this.quadrature2 = from.quadrature2;
    this.real = from.real;
    this.imaginary = from.imaginary;
  }
}

/** Not too far from the row before, and from 6 to 50. */
function within(period: number, previous: number): number {
  return Math.min(Math.max(Math.min(period, 1.5 * previous), 0.67 * previous, 6), 50);
}
