import { runHoles } from './holes-run.ts';

// node tests/e2e/streams/holes.ts: a candle of each of 100 pairs is lost, again and again; how long it takes to heal.

const report = await runHoles({ pairs: 100, rows: 1500, columns: 60, holes: 20 });
const sorted = report.healedMs.toSorted((a, b) => a - b).map(Math.round);
const say = (line: string) => void process.stdout.write(`${line}\n`);
say(`one candle of each of ${report.pairs} pairs lost, ${report.healedMs.length} times: ${report.lost} messages`);
say(`healed after ${sorted[sorted.length >> 1]} ms (median), ${sorted.at(-1)} ms (longest)`);
say(`${Math.round(report.bytes)} bytes each time, ${report.snapshots} snapshots, ${report.wrong.length} wrong copies`);
process.exitCode = report.wrong.length === 0 ? 0 : 1;
