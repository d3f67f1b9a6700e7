import { availableParallelism, loadavg } from 'node:os';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../scripts/lib/repository.ts';
import type { Report } from './benchmark.ts';
import { formatTarget } from './format.ts';
import { markdownTable } from './print-table.ts';

const PAGE = 'docs/benchmarks.md';

/** What the figures depend on, without saying whose machine it is. The load is what others put on it, where it is asked for first. */
export function describeMachine(): string {
  const load = loadavg()[0].toFixed(1);
  return `${availableParallelism()} cores, Node ${process.versions.node}, load average ${load} at the start`;
}

/**
 * Puts a report between the page's `<!-- bench:name -->` and `<!-- /bench:name -->`, and below it the machine that it was made on.
 * Throws where the page lacks them.
 */
export function writeToPage(name: string, { tables, targets }: Report, machine: string): void {
  const path = join(repositoryRoot, PAGE);
  const page = readFileSync(path, 'utf8');
  const [opening, closing] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const [start, end] = [page.indexOf(opening), page.indexOf(closing)];
  if (start === -1 || end < start) throw new Error(`${PAGE} has no ${opening} … ${closing}`);
  const parts = [
    `\`\`\`sh\nnpm run bench -- ${name}\n\`\`\``,
    ...tables.map(markdownTable),
    ...(targets.length === 0 ? [] : [targets.map((target) => `- ${formatTarget(target)}`).join('\n')]),
    `*${machine}*`,
  ];
  writeFileSync(path, `${page.slice(0, start + opening.length)}\n${parts.join('\n\n')}\n${page.slice(end)}`);
}
