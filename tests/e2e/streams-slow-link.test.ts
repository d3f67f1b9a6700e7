import { describe, expect, it } from 'vitest';
import { randomFrames, runSlowLink, strategyFrames } from './streams/slow-link-run.ts';

const common = { pairs: 6, candleEveryMs: 250, candlesAfter: 4, bytesPerSecond: 1_000_000 };

describe('a consumer behind a slow link', () => {
  it('has candles of the pairs that it has while histories of others are still to come, and gets in sync', async () => {
    const report = await runSlowLink({ ...common, sourceOf: randomFrames({ rows: 1000, columns: 40 }) });
    expect(report).toMatchObject({ disconnected: 0, wrong: [] });
    expect(report.overtaking).toBeGreaterThan(0);
    // Histories once, and little besides: 7 of the columns are none of 8 bytes a row that do not compress.
    expect(report.bytes).toBeLessThan(1.3 * (6 * 1000 * 40 * 8));
  });

  it('gets less where values compress, and where it wants less', async () => {
    const rows = 500;
    const limits = { compressBelowBytesPerSecond: Infinity };
    const all = await runSlowLink({ ...common, limits, sourceOf: strategyFrames(rows, 200) });
    const want = [{ columns: ['close', 'rsi_14', 'ema_50'], tail: 200 }];
    const part = await runSlowLink({ ...common, limits, sourceOf: strategyFrames(rows, 200), want });
    expect(all).toMatchObject({ disconnected: 0, wrong: [] });
    expect(part).toMatchObject({ disconnected: 0, wrong: [] });
    expect(all.bytes).toBeLessThan(6 * rows * 60 * 8);
    expect(part.bytes).toBeLessThan(all.bytes / 10);
  });
});
