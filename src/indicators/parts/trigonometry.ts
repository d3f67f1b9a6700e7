// JavaScript leaves the last digit of these functions to the engine. V8's is not that of the nearest double in 3 of 100 cases,
// glibc's, on which TA-Lib is usually run, in 1 of 1,000, and these in fewer than 1 of 10,000, on every engine alike. Each goes
// from the nearest value of a table on by a short power series, and carries two doubles where one would lose digits. Sources: W.
// J. Cody and W. Waite (1980) for the reduction, T. J. Dekker (1971) for exact products, S. Gal and B. Bachelis (1991) for tables
// with a low part.
import { STEPS, trigonometryTables } from './trigonometry-tables.ts';

/** Up to here arc tangent and sine round to their argument. */
const SAME = 2 ** -28;
/** From here on the reduction to an eighth of a turn is not exact. */
const FARTHEST = 2 ** 20;
/** From here on an arc tangent rounds to a quarter turn. */
const VERTICAL = 2 ** 60;
/** Multiplying by it splits a double into two halves of at most 26 bits. */
const SPLITTER = 2 ** 27 + 1;

/** The arc tangent in radians. */
export function atan(x: number): number {
  const size = Math.abs(x);
  if (!(size > SAME)) return x;
  const arc = size > 1 ? arcOfSteep(size) : arcOfFlat(size);
  return x < 0 ? -arc : arc;
}

/** The sine of an angle in radians. Beyond ±2^20 it is the engine's own. */
export function sin(x: number): number {
  if (Math.abs(x) <= SAME) return x;
  return Math.abs(x) < FARTHEST ? turned(x, 0) : Math.sin(x);
}

/** The cosine of an angle in radians. Beyond ±2^20 it is the engine's own. */
export function cos(x: number): number {
  return Math.abs(x) < FARTHEST ? turned(x, 1) : Math.cos(x);
}

/** From 0 to 1: the arc of the nearest step, and the arc of t = (x - step) / (1 + x · step). */
function arcOfFlat(x: number): number {
  const { arcs } = trigonometryTables();
  const nearest = Math.round(x * STEPS);
  const step = nearest / STEPS;
  const product = x * step;
  const scale = 1 + product;
  const scaleLow = 1 - scale + product + productError(x, step, product);
  const above = x - step;
  const t = above / scale;
  const low = remainder(above, t, scale) - t * scaleLow;
  return near(arcs[2 * nearest], arcs[2 * nearest + 1], t, low / scale);
}

/** Beyond 1: the same with 1 / x, counted from a quarter turn backwards. */
function arcOfSteep(x: number): number {
  const { rests } = trigonometryTables();
  if (x > VERTICAL) return rests[0];
  const nearest = Math.round(STEPS / x);
  const step = nearest / STEPS;
  const product = x * step;
  const above = product - 1;
  const scale = x + step;
  const scaleLow = x - scale + step;
  const t = above / scale;
  const low = remainder(above, t, scale) + productError(x, step, product) - t * scaleLow;
  return near(rests[2 * nearest], rests[2 * nearest + 1], t, low / scale);
}

/** The arc of t, whose low part is given, added to an arc in two parts. */
function near(arc: number, arcLow: number, t: number, tLow: number): number {
  const z = t * t;
  const series = t * z * (-1 / 3 + z * (1 / 5 + z * (-1 / 7 + z * (1 / 9 - z / 11))));
  const sum = arc + t;
  return sum + (arc - sum + t + (arcLow + tLow + series));
}

/** The sine of x and so many quarter turns. */
function turned(x: number, quarters: number): number {
  const { quarter } = trigonometryTables();
  const turns = Math.round(x / quarter[0]);
  const most = x - turns * quarter[0];
  const less = turns * quarter[1];
  const rest = most - less;
  const back = rest - most;
  const restLow = most - (rest - back) - (less + back) - turns * quarter[2];
  const quadrant = (turns + quarters) & 3;
  const result = eighth(Math.abs(rest), rest < 0 ? -restLow : restLow, quadrant % 2 === 1);
  const isOdd = quadrant % 2 === 0 && rest < 0;
  return quadrant > 1 === isOdd ? result : -result;
}

/** Sine or cosine of an angle from 0 to an eighth of a turn, in two parts. */
function eighth(angle: number, angleLow: number, isCosine: boolean): number {
  const { sines, cosines } = trigonometryTables();
  const nearest = Math.round(angle * STEPS);
  const t = angle - nearest / STEPS;
  const at = 2 * nearest;
  const low = at + 1;
  if (isCosine) return onFrom(cosines[at], cosines[low], -sines[at], -sines[low], t, angleLow);
  return onFrom(sines[at], sines[low], cosines[at], cosines[low], t, angleLow);
}

/** value · cos(t) + slope · sin(t). */
function onFrom(value: number, valueLow: number, slope: number, slopeLow: number, t: number, tLow: number): number {
  const z = t * t;
  const cosineLess = z * (-1 / 2 + z * (1 / 24 + z * (-1 / 720 + z / 40320)));
  const sineLess = t * z * (-1 / 6 + z * (1 / 120 + z * (-1 / 5040 + z / 362880)));
  const rise = slope * t;
  const sum = value + rise;
  const low = valueLow + slopeLow * t + value * cosineLess + slope * sineLess + tLow * (slope - value * t);
  return sum + (value - sum + rise + (productError(slope, t, rise) + low));
}

/** What a product lost in rounding, exactly. */
function productError(a: number, b: number, product: number): number {
  const aHigh = highHalf(a);
  const bHigh = highHalf(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** What a division left over, exactly. */
function remainder(dividend: number, quotient: number, divisor: number): number {
  const product = quotient * divisor;
  return dividend - product - productError(quotient, divisor, product);
}

function highHalf(value: number): number {
  const scaled = value * SPLITTER;
  return scaled - (scaled - value);
}
