import { runNeighbours } from './neighbours-run.ts';

// node tests/e2e/streams/neighbours.ts: 100 consumers of one producer, of which 10 stop reading and 10 read slowly.

const MIB = 2 ** 20;
const say = (line: string) => void process.stdout.write(`${line}\n`);
const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];

const report = await runNeighbours({
  reading: 80,
  stalled: 10,
  slow: 10,
  slowBytesPerSecond: 2 * MIB,
  pairs: 30,
  shape: { rows: 300, columns: 20 },
  candles: 20,
  onPhase: say,
  limits: { heartbeatMs: 500, drainTimeoutMs: 10_000, softLimitBytes: MIB },
});
const [before, beside] = [report.latencies.before, report.latencies.beside].map(middle);
say(
  `a candle of 30 pairs is with all 80 who read after ${before.toFixed(0)} ms, beside the others ${beside.toFixed(0)} ms: ${(beside / before).toFixed(2)} times as long`,
);
say(`of ${report.published} states those who read were shown ${report.fewest} to ${report.most}`);
say(`queued for one consumer at most ${(report.mostQueued / MIB).toFixed(2)} MiB`);
say(
  `closed with ${report.closed.join(' ')}; the others lost ${report.lost} connections, and were shown ${report.wrong.length} wrong copies`,
);
process.exitCode = report.wrong.length === 0 ? 0 : 1;
