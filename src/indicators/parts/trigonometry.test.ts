import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atan, cos, sin } from './trigonometry.ts';

const PLACES = 300n;
const ONE = 1n << PLACES;

/** A double as a fixed-point number, exactly: all here are multiples of 2^-200. */
function fixed(value: number): bigint {
  return BigInt(value * 2 ** 200) << (PLACES - 200n);
}

const times = (a: bigint, b: bigint): bigint => (a * b) >> PLACES;

/** Euler's series, of an argument up to 1. */
function exactAtan(x: bigint): bigint {
  const squared = times(x, x);
  const ratio = (squared << PLACES) / (ONE + squared);
  let term = (x << PLACES) / (ONE + squared);
  let total = 0n;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    total += term;
    term = (times(term, ratio) * 2n * n) / (2n * n + 1n);
  }
  return total;
}

const QUARTER = 2n * exactAtan(ONE);

function exactArc(x: number): bigint {
  const value = fixed(x);
  if (Math.abs(x) <= 1) return exactAtan(value);
  return (x > 0 ? QUARTER : -QUARTER) - exactAtan(ONE ** 2n / value);
}

/** The power series; `begin` is the first term, whose power is `power`. */
function powerSeries(x: bigint, begin: bigint, power: bigint): bigint {
  const squared = times(x, x);
  let term = begin;
  let total = 0n;
  for (let n = power + 1n; term !== 0n && term !== -1n; n += 2n) {
    total += term;
    term = -times(term, squared) / (n * (n + 1n));
  }
  return total;
}

const exactSine = (x: number): bigint => powerSeries(fixed(x), fixed(x), 1n);
const exactCosine = (x: number): bigint => powerSeries(fixed(x), ONE, 0n);

/** How far a double is from the exact value, in units of the double's last place. */
function unitsOff(found: number, exact: bigint): number {
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(found))) - 52);
  const off = fixed(found) - exact;
  return Number((off < 0n ? -off : off) >> 60n) / 2 ** 240 / unit;
}

/** Half a unit is the nearest double. The rest is what the series and the low parts leave: 0.0002 in 400,000 cases. */
const MOST_UNITS = 0.5005;

/** Half of them where a result depends on every part of the arithmetic. */
function sized(largest: number): fc.Arbitrary<number> {
  const power = fc.oneof(fc.integer({ min: -28, max: largest }), fc.integer({ min: -6, max: 4 }));
  return fc
    .tuple(fc.double({ min: 1, max: 2, noNaN: true }), power, fc.boolean())
    .map(([digits, power, isNegative]) => (isNegative ? -1 : 1) * digits * 2 ** power);
}

describe('trigonometry', () => {
  it.each([
    ['atan', atan, exactArc, sized(59)],
    ['sin', sin, exactSine, sized(6)],
    ['cos', cos, exactCosine, sized(6)],
  ] as const)('gives the %s to half a unit in the last place', (_, rounded, exact, numbers) => {
    const property = fc.property(numbers, (x) => {
      expect(unitsOff(rounded(x), exact(x))).toBeLessThan(MOST_UNITS);
    });
    fc.assert(property, { numRuns: 5000 });
  });

  it('keeps its digits beside multiples of a quarter turn', () => {
    for (let quarters = 1; quarters <= 60; quarters++) {
      const x = quarters * (Math.PI / 2);
      expect(unitsOff(sin(x), exactSine(x))).toBeLessThan(MOST_UNITS);
      expect(unitsOff(cos(x), exactCosine(x))).toBeLessThan(MOST_UNITS);
    }
  });

  it('keeps the sign of zero, and gives what has no digits to lose', () => {
    expect([atan(0), atan(-0), sin(0), sin(-0), cos(0), cos(-0)]).toEqual([0, -0, 0, -0, 1, 1]);
    expect([atan(Infinity), atan(-Infinity), atan(1e300), atan(2 ** 60)]).toEqual(
      [1, -1, 1, 1].map((sign) => sign * (Math.PI / 2)),
    );
    expect([atan(5e-324), sin(-5e-324), atan(1e-9), sin(1e-9)]).toEqual([5e-324, -5e-324, 1e-9, 1e-9]);
    expect([atan(Number.NaN), sin(Number.NaN), cos(Number.NaN), sin(Infinity), cos(-Infinity)]).toEqual(
      Array.from({ length: 5 }, () => Number.NaN),
    );
  });

  it('is an arc tangent that rises throughout, where one table value takes over from the next too', () => {
    for (let step = 0; step < 64; step++) {
      const edge = (step + 0.5) / 32;
      for (const at of [edge, 1 / edge]) {
        const around = [-2, -1, 0, 1, 2].map((units) => atan(at * (1 + units * Number.EPSILON)));
        expect(around).toEqual([...around].sort((a, b) => a - b));
      }
    }
  });
});
