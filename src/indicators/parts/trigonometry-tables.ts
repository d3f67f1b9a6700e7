/** A number that one double can't hold: the nearest double, and the nearest to what is left. */
interface Pair {
  readonly high: number;
  readonly low: number;
}

/** How many steps the tables have to 1. */
export const STEPS = 32;

/** Binary places of the fixed-point numbers that the tables are made from: more than two doubles have. */
const PLACES = 160n;
const ONE = 1n << PLACES;

/** Values at the multiples of 1 / `STEPS`: the high part of each, followed by its low part. */
export interface TrigonometryTables {
  /** Arc tangents from 0 to 1. */
  readonly arcs: Float64Array;
  /** What the arcs lack to a quarter turn. */
  readonly rests: Float64Array;
  /** Sines and cosines from 0 to beyond an eighth of a turn. */
  readonly sines: Float64Array;
  readonly cosines: Float64Array;
  /** A quarter turn in three parts; multiples of the first two by less than 2^20 are exact. */
  readonly quarter: readonly [number, number, number];
}

let tables: TrigonometryTables | undefined;

/** Made at the first call. */
export function trigonometryTables(): TrigonometryTables {
  tables ??= makeTables();
  return tables;
}

function makeTables(): TrigonometryTables {
  const arcs = arcTangents();
  const quarter = 2n * arcs[STEPS];
  const angles = Array.from({ length: STEPS }, (_, step) => sineAndCosine(BigInt(step)));
  return {
    arcs: pairs(arcs),
    rests: pairs(arcs.map((arc) => quarter - arc)),
    sines: pairs(angles.map(({ sine }) => sine)),
    cosines: pairs(angles.map(({ cosine }) => cosine)),
    quarter: inThree(quarter),
  };
}

/** Each from the one before: the tangent of their difference is STEPS / (STEPS² + step · (step - 1)). */
function arcTangents(): readonly bigint[] {
  const arcs = [0n];
  const steps = BigInt(STEPS);
  for (let step = 1n; step <= steps; step++) {
    arcs.push(arcs[arcs.length - 1] + smallArcTangent(steps, steps * steps + step * (step - 1n)));
  }
  return arcs;
}

/** The power series. */
function smallArcTangent(numerator: bigint, denominator: bigint): bigint {
  let power = (ONE * numerator) / denominator;
  let total = 0n;
  for (let n = 1n; power !== 0n; n += 2n) {
    total += power / n;
    power = (-power * numerator * numerator) / (denominator * denominator);
  }
  return total;
}

/** The power series of both, of `step` / STEPS. */
function sineAndCosine(step: bigint): { sine: bigint; cosine: bigint } {
  const steps = BigInt(STEPS);
  let [sine, cosine] = [0n, 0n];
  let even = ONE;
  for (let n = 1n; even !== 0n; n += 2n) {
    const odd = (even * step) / (steps * n);
    cosine += even;
    sine += odd;
    even = (-odd * step) / (steps * (n + 1n));
  }
  return { sine, cosine };
}

function pairs(numbers: readonly bigint[]): Float64Array {
  return Float64Array.from(numbers.map(toPair).flatMap(({ high, low }) => [high, low]));
}

function toPair(fixed: bigint): Pair {
  const high = toNumber(fixed);
  return { high, low: toNumber(fixed - BigInt(high * Number(ONE))) };
}

/** Two parts of at most 33 bits, so that products with 20 bits fit into a double, and the rest. */
function inThree(fixed: bigint): readonly [number, number, number] {
  const first = cut(fixed, 32n);
  const second = cut(fixed - first, 65n);
  return [toNumber(first), toNumber(second), toNumber(fixed - first - second)];
}

/** Keeps so many binary places. */
function cut(fixed: bigint, places: bigint): bigint {
  return (fixed >> (PLACES - places)) << (PLACES - places);
}

/** Rounds to the nearest; the division is exact. */
function toNumber(fixed: bigint): number {
  return Number(fixed) / Number(ONE);
}
