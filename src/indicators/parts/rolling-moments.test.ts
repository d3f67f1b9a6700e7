import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCases, readSeries } from '../../../tests/fixtures/indicators/read-fixture.ts';
import { seededRandom } from '../../util/random.ts';
import { RollingMoments } from './rolling-moments.ts';

function rolling(values: ArrayLike<number>, window: number) {
  const moments = new RollingMoments(window);
  return Array.from(values, (value) => {
    moments.update(value);
    return { mean: moments.mean, deviation: Math.sqrt(moments.variance) };
  });
}

/** Relative; 0 for equal values and for NaN beside NaN, infinite for NaN beside a number. */
function error(found: number, exact: number): number {
  if (Object.is(found, exact)) return 0;
  const relative = Math.abs(found - exact) / Math.abs(exact);
  return Number.isNaN(relative) ? Infinity : relative;
}

/** The last window, from the mean of its values by the textbook: slow, and right where the values are not far from 0. */
function lastWindow(values: readonly number[], window: number) {
  const last = values.slice(-window).filter(Number.isFinite);
  const mean = last.reduce((total, value) => total + value, 0) / last.length;
  const squares = last.reduce((total, value) => total + (value - mean) ** 2, 0);
  return { mean, variance: squares / (last.length - 1) };
}

describe('RollingMoments', () => {
  const { series } = readSeries();

  // Exact results come from rational arithmetic. The adversarial inputs (1e12 with a spread of 0.05, a single 1e12 among 100s that
  // enters and leaves, 1e-9) are held to the same bounds as the others.
  it.each(
    readCases('rolling-moments').map(
      (each) => [`${String(each.input)} in windows of ${each.settings.window}`, each] as const,
    ),
  )('is exact to the last digits for %s', (_, { input, settings, outputs }) => {
    const rows = rolling(series[String(input)], Number(settings.window));
    const largest = (name: 'mean' | 'deviation') =>
      Math.max(...rows.map((row, i) => error(row[name], outputs[name][i])));
    expect(largest('mean')).toBeLessThan(5e-16);
    expect(largest('deviation')).toBeLessThan(5e-15);
  });

  it('gives exactly 0 for equal values, of any size', () => {
    const property = fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: 1, max: 30 }),
      (value, window) => {
        const rows = rolling(new Float64Array(3 * window + 2).fill(value), window);
        for (const [i, { mean, deviation }] of rows.entries()) {
          expect(mean === value).toBe(true);
          expect(deviation).toBe(window === 1 || i === 0 ? Number.NaN : 0);
        }
      },
    );
    fc.assert(property);
  });

  it('forgets all that left the window', () => {
    const price = fc.double({ min: 1e-9, max: 1e12, noNaN: true });
    const property = fc.property(
      fc.array(price, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 2, max: 12 }),
      (prices, window) => {
        const steady = Array.from({ length: 2 * window }, () => 0.0734);
        expect(rolling([...prices, ...steady], window).at(-1)).toEqual({ mean: 0.0734, deviation: 0 });
      },
    );
    fc.assert(property);
  });

  it('does not drift over a long series', () => {
    const random = seededRandom('drift');
    const values = Array.from({ length: 300_000 }, (_, i) => (i % 997 === 0 ? 1e9 : 50 + random.normal()));
    const tail = Array.from({ length: 40 }, () => 50 + random.normal());
    const moments = new RollingMoments(20);
    for (const value of [...values, ...tail]) moments.update(value);
    const exact = lastWindow(tail, 20);
    expect(error(moments.mean, exact.mean)).toBeLessThan(1e-15);
    expect(error(moments.variance, exact.variance)).toBeLessThan(1e-13);
  });

  it('counts what is not finite as missing', () => {
    const values = [1, Number.NaN, 3, Infinity, -Infinity, Number.NaN, Number.NaN, 7];
    const means = rolling(values, 3).map((row) => row.mean);
    expect(means).toEqual([1, 1, 2, 3, 3, Number.NaN, Number.NaN, 7]);
  });
});
