import { parseArgs } from 'node:util';
import { say } from '../scripts/lib/repository.ts';
import { benchmarks } from './benchmarks.ts';
import { type Benchmark, type Report, isMet } from './harness/benchmark.ts';
import { describeMachine, writeToPage } from './harness/benchmarks-page.ts';
import { formatTarget } from './harness/format.ts';
import { printTable } from './harness/print-table.ts';

const usage = `usage: npm run bench -- [<name>…] [--json] [--write] [--check]
  --json    print the figures as JSON and nothing else
  --write   put the tables into docs/benchmarks.md
  --check   exit with 1 when a target is missed
names: ${benchmarks.map(({ name }) => name).join(', ')}`;

interface Choice {
  readonly chosen: readonly Benchmark[];
  readonly json: boolean;
  readonly write: boolean;
  readonly check: boolean;
}

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
      options: { json: flag, write: flag, check: flag },
      allowPositionals: true,
    });
    const unknown = positionals.find((asked) => !benchmarks.some(({ name }) => name === asked));
    if (unknown !== undefined) return `there is no benchmark ${unknown}`;
    const chosen = benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
    return { chosen, ...values };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function runAll({ chosen, json, write, check }: Choice): Promise<void> {
  const reports: { readonly name: string; readonly report: Report }[] = [];
  if (!json) say(describeMachine());
  for (const benchmark of chosen) {
    const report = await benchmark.run();
    reports.push({ name: benchmark.name, report });
    if (!json) print(benchmark, report);
    if (write) writeToPage(benchmark.name, report);
  }
  if (json) say(JSON.stringify({ machine: describeMachine(), benchmarks: reports.map(asJson) }, undefined, 2));
  const missed = reports.flatMap(({ report }) => report.targets.filter((target) => !isMet(target)));
  if (!check) return;
  if (!json) say(missed.length === 0 ? '\nevery target is met' : `\n${missed.map(formatTarget).join('\n')}`);
  if (missed.length > 0) process.exitCode = 1;
}

function asJson({ name, report }: { readonly name: string; readonly report: Report }): unknown {
  const { figures, targets } = report;
  const judged = targets.map((target) => Object.assign({ met: isMet(target) }, target));
  return { name, figures, targets: judged };
}

function print({ name, title }: Benchmark, { tables, targets }: Report): void {
  say(`\n── ${name}: ${title}`);
  for (const table of tables) say(`\n${printTable(table)}`);
  if (targets.length > 0) say();
  for (const target of targets) say(`  ${formatTarget(target)}`);
}
