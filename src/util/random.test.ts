import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from './random.ts';

const DRAWS = 200_000;
/** Standard errors that a statistic may be off. With fixed seeds this either holds or does not. */
const SIGMAS = 4;

const draw = (next: () => number, count = DRAWS) => Float64Array.from({ length: count }, () => next());
const uniform = (seed: string | number, count = DRAWS) => drawFrom(seededRandom(seed), count);
const drawFrom = (random: Random, count: number) => draw(() => random.next(), count);
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const moment = (values: Float64Array, power: number) => mean(values.map((value) => value ** power));

describe('seededRandom', () => {
  it('repeats itself for the same seed and only for it', () => {
    const sequence = (seed: string | number) => [...uniform(seed, 100)];
    expect(sequence('a')).toEqual(sequence('a'));
    expect(sequence(1)).toEqual(sequence('1'));
    const seeds = ['a', 'b', '', 'aa', 'A', 0, 1, 2, -1, 1.5];
    expect(new Set(seeds.map((seed) => sequence(seed).join())).size).toBe(seeds.length);
  });

  it('keeps its sequences from release to release, since fixtures are made with it', () => {
    const random = seededRandom('candles');
    expect([random.next(), random.next(), random.next(), random.below(1000)]).toMatchInlineSnapshot(`
      [
        0.7401800777297467,
        0.4637893654871732,
        0.14364304835908115,
        500,
      ]
    `);
    expect(random.normal()).toMatchInlineSnapshot(`1.3252652640617633`);
  });

  it('has generators that do not share state', () => {
    const [one, other] = [seededRandom(3), seededRandom(3)];
    drawFrom(one, 10);
    expect(other.next()).toBe(seededRandom(3).next());
  });

  it.each([1, 'candles'])('draws uniformly from 0 to 1, seed %s', (seed) => {
    const values = uniform(seed);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(Math.abs(mean(values) - 1 / 2)).toBeLessThan(SIGMAS * Math.sqrt(1 / 12 / DRAWS));
    expect(Math.abs(moment(values, 2) - 1 / 3)).toBeLessThan(SIGMAS * Math.sqrt((1 / 5 - 1 / 9) / DRAWS));
  });

  it('fills a hundred bins evenly', () => {
    const bins = new Float64Array(100);
    const random = seededRandom('bins');
    for (let i = 0; i < DRAWS; i++) bins[random.below(100)]++;
    const expected = DRAWS / bins.length;
    const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    const freedom = bins.length - 1;
    expect(Math.abs(chiSquare - freedom)).toBeLessThan(SIGMAS * Math.sqrt(2 * freedom));
  });

  it('does not relate one draw to the next', () => {
    const values = uniform('lag').map((value) => value - 1 / 2);
    const products = values.subarray(1).map((value, i) => value * values[i]);
    expect(Math.abs(mean(products))).toBeLessThan((SIGMAS * (1 / 12)) / Math.sqrt(DRAWS));
  });

  it.each([1, 'prices'])('draws normally: mean, variance, skewness, kurtosis, tails; seed %s', (seed) => {
    const random = seededRandom(seed);
    const values = draw(() => random.normal());
    expect(values.every(Number.isFinite)).toBe(true);
    // The k-th moment of n normal draws has the variance (m_2k - m_k^2) / n; the even moments are 1, 3, 15, 105.
    expect(Math.abs(mean(values))).toBeLessThan(SIGMAS * Math.sqrt(1 / DRAWS));
    expect(Math.abs(moment(values, 2) - 1)).toBeLessThan(SIGMAS * Math.sqrt((3 - 1) / DRAWS));
    expect(Math.abs(moment(values, 3))).toBeLessThan(SIGMAS * Math.sqrt(15 / DRAWS));
    expect(Math.abs(moment(values, 4) - 3)).toBeLessThan(SIGMAS * Math.sqrt((105 - 9) / DRAWS));
    const beyondTwo = values.filter((value) => Math.abs(value) > 2).length / DRAWS;
    const expected = 0.045500263896; // erfc(sqrt(2))
    expect(Math.abs(beyondTwo - expected)).toBeLessThan(SIGMAS * Math.sqrt((expected * (1 - expected)) / DRAWS));
  });

  it.each([1, 2, 7, 2 ** 32])('draws integers below %d', (bound) => {
    const random = seededRandom(bound);
    const values = draw(() => random.below(bound), 2000);
    expect(values.every((value) => Number.isInteger(value) && value >= 0 && value < bound)).toBe(true);
    if (bound < 10) expect(new Set(values).size).toBe(bound);
  });
});
