import { describe, expect, it } from 'vitest';
import { runHoles } from './streams/holes-run.ts';

describe('messages that are lost', () => {
  it('come again with the next heartbeat, and no snapshot', async () => {
    const limits = { heartbeatMs: 200 };
    const report = await runHoles({ pairs: 100, rows: 200, columns: 12, holes: 5, limits });
    // Each is asked for once, and after the first heartbeat that follows the loss.
    expect(report).toMatchObject({ lost: 500, resyncs: 500, mostHeartbeats: 1, snapshots: 0, wrong: [] });
    expect(report.bytes / report.pairs).toBeLessThan(2000);
  });
});
