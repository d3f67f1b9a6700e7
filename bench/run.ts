import { parseArgs } from 'node:util';
import { say } from '../scripts/lib/repository.ts';
import { messageOf } from '../src/util/errors.ts';
import { benchmarks } from './benchmarks.ts';
import { type Benchmark, type Report, isMet } from './harness/benchmark.ts';
import { describeMachine, writeToPage } from './harness/benchmarks-page.ts';
import { formatTarget } from './harness/format.ts';
import { printTable } from './harness/print-table.ts';

const usage = `usage: npm run bench -- [<name>…] [--json] [--write] [--check [--allow-missing]]
  --json           print the figures as JSON and nothing else
  --write          put the tables into docs/benchmarks.md
  --check          exit with 1 when a target is missed, or a benchmark left out
  --allow-missing  one that is left out, since this machine lacks what it takes, passes the check
names: ${benchmarks.map(({ name }) => name).join(', ')}
A benchmark that fails lets the others run; the exit code is 1 then, with or without --check.`;

interface Choice {
  readonly chosen: readonly Benchmark[];
  readonly json: boolean;
  readonly write: boolean;
  readonly check: boolean;
  readonly allowMissing: boolean;
}

type Result =
  | { readonly status: 'done'; readonly benchmark: Benchmark; readonly report: Report }
  | { readonly status: 'failed'; readonly benchmark: Benchmark; readonly reason: string };

const choice = choose(process.argv.slice(2));
if (typeof choice === 'string') {
  say(`${choice}\n${usage}`);
  process.exitCode = 2;
} else {
  await runAll(choice);
}

/** What the arguments ask for, or what is wrong with them. */
function choose(args: readonly string[]): Choice | string {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: flag, write: flag, check: flag, 'allow-missing': flag },
      allowPositionals: true,
    });
    const unknown = positionals.find((asked) => !benchmarks.some(({ name }) => name === asked));
    if (unknown !== undefined) return `there is no benchmark ${unknown}`;
    const chosen = benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
    return { chosen, ...values, allowMissing: values['allow-missing'] };
  } catch (error) {
    return messageOf(error);
  }
}

async function runAll({ chosen, json, write, check, allowMissing }: Choice): Promise<void> {
  const machine = describeMachine();
  const results: Result[] = [];
  if (!json) say(machine);
  for (const benchmark of chosen) {
    const result = await resultOf(benchmark, write ? machine : undefined);
    results.push(result);
    if (!json) print(result);
  }
  if (json) say(JSON.stringify({ machine, benchmarks: results.map(asJson) }, undefined, 2));
  const faults = results.flatMap((result) => faultsOf(result, { check, allowMissing }));
  if (check && !json) say(faults.length === 0 ? '\nevery target that was measured is met' : `\n${faults.join('\n')}`);
  if (faults.length > 0) process.exitCode = 1;
}

/** Runs a benchmark, and puts what it gave into the page where a machine is named. One that throws must not cost the others' figures. */
async function resultOf(benchmark: Benchmark, machine: string | undefined): Promise<Result> {
  try {
    const report = await benchmark.run();
    // One that was left out leaves the page as it is.
    if (machine !== undefined && report.leftOut === undefined) writeToPage(benchmark.name, report, machine);
    return { status: 'done', benchmark, report };
  } catch (error) {
    // Its stack too, for whoever mends it; not among the figures, which may be JSON.
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return { status: 'failed', benchmark, reason: messageOf(error) };
  }
}

/** What makes the run end with 1. */
function faultsOf(
  result: Result,
  { check, allowMissing }: { readonly check: boolean; readonly allowMissing: boolean },
): readonly string[] {
  const { name } = result.benchmark;
  if (result.status === 'failed') return [`FAILED: ${name}: ${result.reason}`];
  if (!check) return [];
  const { leftOut, targets } = result.report;
  const missing = leftOut === undefined || allowMissing ? [] : [`LEFT OUT: ${name}: ${leftOut}`];
  return [...missing, ...targets.filter((target) => !isMet(target)).map(formatTarget)];
}

function asJson(result: Result): unknown {
  const { name } = result.benchmark;
  if (result.status === 'failed') return { name, failed: result.reason };
  const { figures, targets, leftOut } = result.report;
  const judged = targets.map((target) => Object.assign({ met: isMet(target) }, target));
  return { name, leftOut, figures, targets: judged };
}

function print(result: Result): void {
  const { name, title } = result.benchmark;
  say(`\n── ${name}: ${title}`);
  if (result.status === 'failed') return say(`\n  FAILED: ${result.reason}`);
  const { tables, targets, leftOut } = result.report;
  if (leftOut !== undefined) say(`\n  left out: ${leftOut}`);
  for (const table of tables) say(`\n${printTable(table)}`);
  if (targets.length > 0) say();
  for (const target of targets) say(`  ${formatTarget(target)}`);
}
