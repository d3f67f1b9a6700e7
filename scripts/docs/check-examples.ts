import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { capture, repositoryRoot } from '../lib/repository.ts';
import type { Problem } from '../lib/problem.ts';
import { type CodeBlock, readMarkdown } from './read-markdown.ts';

/** One block as a module, with the line of the page that each of its lines comes from. */
interface Example {
  readonly page: string;
  readonly text: string;
  readonly lines: readonly number[];
}

/** TypeScript under any name, with anything behind it. */
const typescriptFence = /^(typescript|[cm]?tsx?)\b/i;

/**
 * Compiles the ```ts blocks of the pages with the project's own options. What a fragment needs beyond what it shows stands in
 * a comment before it: `<!-- setup: import { connect } from 'candlecast/consumer'; declare const wsToken: string; -->`.
 */
export function checkExamples(
  root: string,
  pages: readonly string[],
): { readonly examples: number; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const examples: Example[] = [];
  for (const page of pages) {
    for (const block of readMarkdown(readFileSync(join(root, page), 'utf8')).blocks) {
      if (block.info === 'ts') examples.push(exampleOf(page, block));
      else if (typescriptFence.test(block.info)) problems.push(unchecked(page, block));
    }
  }
  return { examples: examples.length, problems: [...problems, ...compile(examples)] };
}

function unchecked(page: string, { line, info }: CodeBlock): Problem {
  return {
    file: page,
    line,
    column: 1,
    message: `write \`\`\`ts alone, found \`\`\`${info}: every example is compiled`,
  };
}

function exampleOf(page: string, { line, lines, setup }: CodeBlock): Example {
  return {
    page,
    text: [...setup.map(({ text }) => text), ...lines, ''].join('\n'),
    lines: [...setup.map((part) => part.line), ...lines.map((_, i) => line + 1 + i)],
  };
}

/** In the repository, so that the examples find its packages, and under node_modules, so that nothing else finds them. */
const workFolder = join(repositoryRoot, 'node_modules', '.cache', 'candlecast-examples');

function compile(examples: readonly Example[]): Problem[] {
  if (examples.length === 0) return [];
  const folder = join(workFolder, String(process.pid));
  mkdirSync(folder, { recursive: true });
  try {
    // Modules whatever package.json lies nearest.
    const files = examples.map((_, i) => `example-${i}.mts`);
    for (const [i, file] of files.entries()) writeFileSync(join(folder, file), examples[i].text);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configurationFor(folder, files)));
    const { status, output } = capture('tsc', ['-p', folder, '--pretty', 'false'], { cwd: folder });
    const problems = output.split('\n').flatMap((line) => problemOf(line, examples));
    if (status !== 0 && problems.length === 0) throw new Error(`tsc failed (${status}):\n${output}`);
    return problems;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function configurationFor(folder: string, files: readonly string[]): unknown {
  return {
    extends: relative(folder, join(repositoryRoot, 'tsconfig.json')).replaceAll('\\', '/'),
    // An example may show a value that only its reader goes on to use.
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
    include: [],
    files,
  };
}

/** tsc's `example-3.mts(4,7): error TS2304: …` as a problem of the page. Errors in the sources belong to another check. */
function problemOf(line: string, examples: readonly Example[]): Problem[] {
  const match = /^example-(\d+)\.mts\((\d+),(\d+)\): error (.*)$/.exec(line);
  if (match === null) return [];
  const { page, lines } = examples[Number(match[1])];
  const at = Math.min(Number(match[2]), lines.length) - 1;
  return [{ file: page, line: lines[Math.max(0, at)] ?? 1, column: Number(match[3]), message: match[4] }];
}
