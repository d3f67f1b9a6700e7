import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { deliberateBugs, type DeliberateBug, isDeliberateBug } from '../tests/simulation/deliberate-bugs.ts';
import { say } from './lib/repository.ts';
import { installBug } from './simulation/install-bug.ts';
import type { FailedSeed, WorkerReport, WorkerTask } from './simulation/worker-task.ts';

// Runs the simulation of producers and consumers on a network that fails for many seeds, or for one and tells all of it.

const usage = `usage: npm run simulate -- [--seeds 1000] [--from 1] [--workers ${availableParallelism()}] [--bug "<name>"] [--damage-text]
       npm run simulate -- --seed N [--bug "<name>"] [--damage-text]      one seed, with all that happens
bugs:  ${Object.keys(deliberateBugs).join('\n       ')}`;

/** A mistake shows in many seeds; a few of them are enough to find it. */
const MOST_FAILURES = 20;
const LINE_SEEDS = 1000;

interface Choice {
  readonly seed: number | undefined;
  readonly seeds: number;
  readonly from: number;
  readonly workers: number;
  readonly bug: DeliberateBug | undefined;
  readonly damagesText: boolean;
}

const choice = choose(process.argv.slice(2));
if (typeof choice === 'string') {
  say(`${choice}\n${usage}`);
  process.exitCode = 2;
} else if (choice.seed !== undefined) process.exitCode = await replay(choice.seed, choice);
else process.exitCode = await runMany(choice);

/** What the arguments ask for, or what is wrong with them. */
function choose(args: readonly string[]): Choice | string {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seed: text,
        seeds: text,
        from: text,
        workers: text,
        bug: text,
        'damage-text': { type: 'boolean', default: false },
      },
    });
    const number = (name: 'seed' | 'seeds' | 'from' | 'workers', otherwise: number) => {
      const value = Number(values[name] ?? otherwise);
      if (Number.isSafeInteger(value) && value >= 1) return value;
      throw new RangeError(`--${name}: expected a whole number of at least 1, found ${values[name]}`);
    };
    const { bug } = values;
    if (bug !== undefined && !isDeliberateBug(bug)) return `there is no bug "${bug}"`;
    return {
      seed: values.seed === undefined ? undefined : number('seed', 1),
      seeds: number('seeds', 1000),
      from: number('from', 1),
      workers: number('workers', availableParallelism()),
      bug,
      damagesText: values['damage-text'],
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function replay(seed: number, { bug, damagesText }: Choice): Promise<number> {
  if (bug !== undefined) installBug(bug);
  const { DivergenceError, runSimulation, simulationPlan } = await import('../src/testing/simulation/index.ts');
  say(`the plan: ${JSON.stringify(simulationPlan(seed))}`);
  try {
    const { counts, ...report } = runSimulation(seed, { onEvent: say, damagesText });
    say(`no divergence: ${JSON.stringify(report)}\n${countsText(counts)}`);
    return 0;
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    say(`${error.what}\n${error.cause instanceof Error ? error.cause.stack : ''}`);
    return 1;
  }
}

async function runMany({ seeds, from, workers, bug, damagesText }: Choice): Promise<number> {
  const counter = new SharedArrayBuffer(8);
  const task: WorkerTask = { counter, from, seeds, mostFailures: MOST_FAILURES, bug, damagesText };
  const start = performance.now();
  const total: WorkerReport = {
    seeds: 0,
    delivered: 0,
    compared: 0,
    publications: 0,
    slowest: 0,
    counts: new Map(),
    failures: [],
  };
  const take = (report: WorkerReport) => {
    const before = total.seeds;
    add(total, report);
    for (const failure of report.failures)
      tellFailure(failure, `${bug === undefined ? '' : ` --bug "${bug}"`}${damagesText ? ' --damage-text' : ''}`);
    if (process.stdout.isTTY) process.stdout.write(`\r${progress(total, seeds, start)} `);
    else if (Math.floor(before / LINE_SEEDS) < Math.floor(total.seeds / LINE_SEEDS)) say(progress(total, seeds, start));
  };
  await Promise.all(Array.from({ length: Math.min(workers, seeds) }, () => finished(task, take)));
  if (process.stdout.isTTY) say();
  const { failures, delivered, compared, publications, slowest, counts } = total;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  say(`${total.seeds} seeds from ${from} in ${seconds} s: ${failures.length} with a divergence`);
  say(`${publications} frames published, ${delivered} messages delivered, ${compared} copies compared to the bit`);
  say(`the longest to come to rest: ${(slowest / 1000).toFixed(1)} s of simulated time\n${countsText(counts)}`);
  if (total.seeds < seeds) say(`stopped after ${failures.length} failures; ${seeds - total.seeds} seeds were not run`);
  return failures.length === 0 ? 0 : 1;
}

function finished(task: WorkerTask, take: (report: WorkerReport) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('simulation/worker.ts', import.meta.url), { workerData: task });
    worker.on('message', take);
    worker.on('error', reject);
    worker.on('exit', () => resolve());
  });
}

function add(total: WorkerReport, report: WorkerReport): void {
  total.seeds += report.seeds;
  total.delivered += report.delivered;
  total.compared += report.compared;
  total.publications += report.publications;
  total.slowest = Math.max(total.slowest, report.slowest);
  total.failures.push(...report.failures);
  for (const [kind, count] of report.counts) total.counts.set(kind, (total.counts.get(kind) ?? 0) + count);
}

function tellFailure({ seed, what }: FailedSeed, options: string): void {
  say(`${process.stdout.isTTY ? '\r' : ''}seed ${seed}: ${what}\n  npm run simulate -- --seed ${seed}${options}`);
}

function progress({ seeds: done, failures }: WorkerReport, seeds: number, start: number): string {
  const perSecond = (1000 * done) / (performance.now() - start);
  const left = Math.ceil((seeds - done) / perSecond);
  return `${done} of ${seeds} seeds, ${failures.length} failed, ${perSecond.toFixed(0)} a second, ${left} s to go`;
}

function countsText(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${kind}: ${count}`)
    .join(', ');
}
