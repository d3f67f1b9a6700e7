import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Problem } from '../lib/problem.ts';
import { readMarkdown } from './read-markdown.ts';
import { readTestTitles } from './read-test-titles.ts';

/** A link to a file of tests, and behind it the title of one of them in quotes. */
const reference = /\]\(([^)\s]+\.(?:test|interop)\.ts)\)(?: “([^”]+)”)?/g;

/** The line below a table's head. */
const rule = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/**
 * What is wrong with a page whose tables name the tests that show what they say: rows that name none or are yet to be written,
 * and titles of which the linked file has no test that runs.
 */
export function checkTestReferences(root: string, file: string): Problem[] {
  const { prose } = readMarkdown(readFileSync(join(root, file), 'utf8'));
  const rows = rowsOf(prose);
  return prose.flatMap((text, i) => {
    const found = Array.from(text.matchAll(reference), ([, target, title]) => judge(root, file, target, title));
    const problems = found.filter((message) => message !== undefined);
    if (rows.has(i) && found.length === 0) problems.push('this row names no test that shows it');
    if (rows.has(i) && /\b(?:TBD|TODO)\b/i.test(text)) problems.push('this row is yet to be written');
    return problems.map((message) => ({ file, line: i + 1, column: 1, message }));
  });
}

/** The lines that are rows of a table, below its head: with a stroke at their beginning, or below a rule up to an empty line. */
function rowsOf(lines: readonly string[]): ReadonlySet<number> {
  const rows = new Set<number>();
  let isBody = false;
  for (const [i, line] of lines.entries()) {
    const isRule: boolean = !isBody && rule.test(line) && line.includes('|');
    const isHead = !isBody && rule.test(lines[i + 1] ?? '') && lines[i + 1].includes('|');
    isBody = isRule || (isBody && line.trim() !== '');
    if (!isRule && !isHead && (isBody || line.trimStart().startsWith('|'))) rows.add(i);
  }
  return rows;
}

function judge(root: string, file: string, target: string, title: string | undefined): string | undefined {
  const path = join(root, dirname(file), target);
  // A link that leads nowhere is told of as a link.
  if (!existsSync(path)) return undefined;
  if (title === undefined) return `the link ${target} is not followed by the title of a test, “in quotes like these”`;
  const titles = readTestTitles(path, readFileSync(path, 'utf8'));
  // A stroke in a cell has a backslash before it.
  const named = titles.filter((test) => test.title === title.replaceAll('\\|', '|'));
  if (named.length === 0) return `${target} has no test “${title}”`;
  if (named.some(({ idle }) => idle === undefined)) return undefined;
  return `the test “${title}” of ${target} ${named[0].idle}`;
}
