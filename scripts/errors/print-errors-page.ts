import { markdownCell } from '../docs/markdown-cell.ts';
import type { ErrorArea } from './read-error-area.ts';

const introduction = `# Errors

<!-- Written by \`npm run docs\` from the tables in src/**/*-error.ts. Change those. -->

Every error that Candlecast throws on purpose extends \`CandlecastError\` and has a \`code\` from this page, a \`message\`
that says what was wrong with which value, and where there is one a \`cause\` and the \`value\` at fault. Codes are stable:
a program may branch on them. Messages are for people and change.
`;

/** The page as Markdown, areas in the order of their class names. */
export function printErrorsPage(areas: readonly ErrorArea[]): string {
  const sections = areas.toSorted((a, b) => compare(a.className, b.className)).map(printArea);
  return [introduction, ...sections].join('\n');
}

function printArea({ className, folder, codes }: ErrorArea): string {
  const rows = Object.entries(codes).map(
    ([code, { meaning, remedy }]) => `| \`${code}\` | ${markdownCell(meaning)} | ${markdownCell(remedy)} |`,
  );
  return [
    `## ${className}`,
    '',
    `Thrown by \`${folder}\`.`,
    '',
    '| code | what it means | what to do |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
