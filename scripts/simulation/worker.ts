import { parentPort, workerData } from 'node:worker_threads';
import { installBug } from './install-bug.ts';
import type { WorkerReport, WorkerTask } from './worker-task.ts';

// Takes one seed after the other from a counter that all workers share, and tells of them some at a time.

/** Between two reports: often enough for a terminal. */
const REPORT_MS = 200;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what scripts/simulate.ts gave
const { bug, counter, from, seeds, mostFailures, damagesText } = workerData as WorkerTask;
if (bug !== undefined) installBug(bug);
const { DivergenceError, runSimulation } = await import('../../src/testing/simulation/index.ts');

const next = new Int32Array(counter);
let report = emptyReport();
let reportedAt = performance.now();
for (let place = Atomics.add(next, 0, 1); place < seeds; place = Atomics.add(next, 0, 1)) {
  run(from + place);
  if (performance.now() - reportedAt >= REPORT_MS) tell();
  if (Atomics.load(next, 1) >= mostFailures) break;
}
tell();

function run(seed: number): void {
  try {
    const { delivered, compared, publications, settledMs, counts } = runSimulation(seed, { damagesText });
    report.delivered += delivered;
    report.compared += compared;
    report.publications += publications;
    report.slowest = Math.max(report.slowest, settledMs);
    for (const [kind, count] of counts) report.counts.set(kind, (report.counts.get(kind) ?? 0) + count);
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    Atomics.add(next, 1, 1);
    report.failures.push({ seed, what: error.what, message: error.message });
  }
  report.seeds += 1;
}

function tell(): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
  parentPort?.postMessage(report);
  report = emptyReport();
  reportedAt = performance.now();
}

function emptyReport(): WorkerReport {
  return { seeds: 0, delivered: 0, compared: 0, publications: 0, slowest: 0, counts: new Map(), failures: [] };
}
