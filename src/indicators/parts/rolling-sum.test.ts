import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCases, readSeries } from '../../../tests/fixtures/indicators/read-fixture.ts';
import { seededRandom } from '../../util/random.ts';
import { RollingSum } from './rolling-sum.ts';

function rolling(values: ArrayLike<number>, window: number) {
  const sum = new RollingSum(window);
  return Array.from(values, (value) => {
    sum.update(value);
    return { total: sum.total, count: sum.count };
  });
}

/** The largest, relative; infinite for a number that should be 0. */
function largestError(found: ArrayLike<number>, exact: Float64Array): number {
  const errors = Array.from(exact, (value, i) => (found[i] === value ? 0 : Math.abs((found[i] - value) / value)));
  return Math.max(...errors);
}

describe('RollingSum', () => {
  const { series } = readSeries();

  // Half a unit in the last place is up to 1.1e-16; the exact totals are rounded to a double themselves.
  it.each(
    readCases('rolling-sums').map(
      (each) => [`${String(each.input)} in windows of ${each.settings.window}`, each] as const,
    ),
  )('is the exact total but for its rounding, and no farther from it than pandas, for %s', (_, each) => {
    const { input, settings, outputs } = each;
    const rows = rolling(series[String(input)], Number(settings.window));
    const error = largestError(
      rows.map(({ total }) => total),
      outputs.total,
    );
    expect(error).toBeLessThan(1.2e-16);
    expect(error).toBeLessThanOrEqual(largestError(outputs.pandas, outputs.total));
    expect(Float64Array.from(rows, ({ count }) => count)).toEqual(outputs.count);
  });

  it('keeps the digits of values that cancel', () => {
    expect(rolling([1e16, 1, -1e16], 3).at(-1)?.total).toBe(1);
    expect(rolling([0.25, 1e16, 0.5, -1e16, -3], 5).at(-1)?.total).toBe(-2.25);
  });

  it('forgets all that left the window', () => {
    const value = fc.double({ min: -1e150, max: 1e150, noNaN: true });
    const property = fc.property(
      fc.array(value, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 12 }),
      (values, window) => {
        const rest = Array.from({ length: window }, () => 0.25);
        expect(rolling([...values, ...rest], window).at(-1)).toEqual({ total: window / 4, count: window });
      },
    );
    fc.assert(property);
  });

  it('does not drift over a long series', () => {
    const random = seededRandom('drift');
    const values = Array.from({ length: 300_000 }, (_, i) => (i % 997 === 0 ? 1e12 : random.normal()));
    const tail = Array.from({ length: 16 }, (_, i) => i / 8);
    expect(rolling([...values, ...tail], 16).at(-1)?.total).toBe(15);
  });
});
