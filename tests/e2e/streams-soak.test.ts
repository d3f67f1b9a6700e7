import { describe, expect, it } from 'vitest';
import { type Sample, trendOf } from '../../scripts/soak/steady.ts';
import { seededRandom } from '../../src/util/random.ts';

const MIB = 2 ** 20;

/** So many minutes, a sample every ten seconds, of memory that goes up and down by itself and rises by so much a minute. */
function samples(minutes: number, risePerMinute: number): readonly Sample[] {
  const random = seededRandom('memory');
  return Array.from({ length: minutes * 6 }, (_, i) => {
    const bytes = 100 * MIB + (i / 6) * risePerMinute + 2 * MIB * random.normal();
    return { ms: i * 10_000, rss: bytes + (i === 20 ? 500 * MIB : 0), held: bytes };
  });
}

describe("the soak's verdict on memory", () => {
  it.each([5, 60])('is not moved by noise and spikes, over %i minutes', (minutes) => {
    for (const what of ['rss', 'held'] as const) expect(trendOf(samples(minutes, 0), what).isFlat).toBe(true);
  });

  it('tells a leak, and how large it is', () => {
    const trend = trendOf(samples(60, MIB), 'rss');
    expect(trend.isFlat).toBe(false);
    expect(trend.slope / MIB).toBeGreaterThan(55);
    expect(trend.slope / MIB).toBeLessThan(65);
    expect(trendOf(samples(5, 3 * MIB), 'held').isFlat).toBe(false);
  });

  it('does not count what a process takes at first', () => {
    const growing = samples(60, 0).map(({ ms, rss, held }, i) => ({ ms, rss: rss + Math.min(i, 100) * MIB, held }));
    expect(trendOf(growing, 'rss').isFlat).toBe(true);
  });

  it('refuses to judge what it has not seen', () => {
    expect(() => trendOf(samples(60, 0).slice(0, 2), 'rss')).toThrow('a trend takes at least 3 samples, found 2');
  });
});
