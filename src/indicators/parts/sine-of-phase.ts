import { DEGREES } from './hilbert-cycle.ts';
import { sin } from './trigonometry.ts';

const RADIANS = 1 / DEGREES;

/** The sine of a phase in degrees, rounded as TA-Lib's HT_SINE does. */
export function sineOfPhase(degrees: number): number {
  return sin(degrees * RADIANS);
}
