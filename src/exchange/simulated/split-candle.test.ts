import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../util/random.ts';
import { fewestTicks, minuteTicks } from './minute-ticks.ts';
import { CANDLE_SIZE, type StepCandle, splitCandle } from './split-candle.ts';

const LEAST_VOLUME = 600;

/** Any possible candle, those of one price and of a few steps among them. */
const candles: fc.Arbitrary<StepCandle> = fc
  .record({
    low: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1e9 })),
    range: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 1e8 })),
    open: fc.double({ min: 0, max: 1, noNaN: true }),
    close: fc.double({ min: 0, max: 1, noNaN: true }),
    volume: fc.integer({ min: LEAST_VOLUME * 24, max: 2 ** 50 }),
  })
  .map(({ low, range, open, close, volume }) => ({
    low,
    high: low + range,
    open: low + Math.round(range * open),
    close: low + Math.round(range * close),
    volume,
  }));

describe('splitCandle', () => {
  it('makes parts that add up to the whole exactly', () => {
    fc.assert(
      fc.property(candles, fc.integer({ min: 1, max: 24 }), fc.nat(), (whole, parts, seed) => {
        const activity = Float64Array.from({ length: parts }, (_, i) => 1 + (i % 3));
        const shape = { activity, leastVolume: LEAST_VOLUME, gap: 0.2 };
        const packed = splitCandle(whole, shape, seededRandom(seed));
        const rows = Array.from({ length: parts }, (_, i) => packed.subarray(i * CANDLE_SIZE, (i + 1) * CANDLE_SIZE));
        expect(rows[0][0]).toBe(whole.open);
        expect(rows[parts - 1][3]).toBe(whole.close);
        expect(Math.max(...rows.map((row) => row[1]))).toBe(whole.high);
        expect(Math.min(...rows.map((row) => row[2]))).toBe(whole.low);
        expect(rows.reduce((sum, row) => sum + row[4], 0)).toBe(whole.volume);
        for (const [open, high, low, close, volume] of rows) {
          expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
          expect(low).toBeLessThanOrEqual(Math.min(open, close));
          expect(volume).toBeGreaterThanOrEqual(LEAST_VOLUME);
          expect([open, high, low, close, volume].every(Number.isInteger)).toBe(true);
        }
      }),
    );
  });
});

describe('minuteTicks', () => {
  it('makes trades that add up to the minute exactly, in order within it', () => {
    fc.assert(
      fc.property(candles, fc.integer({ min: fewestTicks, max: 80 }), fc.nat(), (minute, count, seed) => {
        const { offsets, prices, volumes } = minuteTicks(minute, count, String(seed));
        expect(prices.length).toBe(count);
        expect(prices[0]).toBe(minute.open);
        expect(prices[count - 1]).toBe(minute.close);
        expect(Math.max(...prices)).toBe(minute.high);
        expect(Math.min(...prices)).toBe(minute.low);
        expect(volumes.reduce((sum, volume) => sum + volume, 0)).toBe(minute.volume);
        expect(volumes.every((volume) => volume >= 1 && Number.isInteger(volume))).toBe(true);
        expect(offsets.every((offset, i) => offset < 60_000 && offset >= (offsets[i - 1] ?? 0))).toBe(true);
      }),
    );
  });
});
