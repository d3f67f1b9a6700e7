import { describe, expect, it } from 'vitest';
import { closeCodes } from '../../src/wire/index.ts';
import { runNeighbours } from './streams/neighbours-run.ts';

const MIB = 2 ** 20;

describe('a hundred consumers of one producer', () => {
  it('get every state, whoever beside them reads slowly or not at all', { timeout: 120_000 }, async () => {
    const report = await runNeighbours({
      reading: 80,
      stalled: 10,
      slow: 10,
      slowBytesPerSecond: 2 * MIB,
      pairs: 6,
      shape: { rows: 500, columns: 40 },
      candles: 5,
      limits: { heartbeatMs: 200, drainTimeoutMs: 3_000, softLimitBytes: MIB },
    });
    expect(report).toMatchObject({ lost: 0, wrong: [], fewest: report.published, most: report.published });
    expect([...new Set(report.closed)]).toEqual([closeCodes.tooSlow]);
    // What was queued when the limit was passed, and the message that passed it.
    expect(report.mostQueued).toBeGreaterThan(MIB);
    expect(report.mostQueued).toBeLessThan(2 * MIB);
  });
});
