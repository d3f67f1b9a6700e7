import { say } from './repository.ts';

/** Something to be mended, at a place that an editor can jump to. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** One line a problem, in the order of files and lines. */
export function printProblems(problems: readonly Problem[]): string {
  return problems
    .toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column)
    .map(({ file, line, column, message }) => `${file}:${line}:${column}  ${message}`)
    .join('\n');
}

/** Ends a check: prints the problems, or what was found right, and sets the exit code. */
export function conclude(problems: readonly Problem[], fine: string): void {
  if (problems.length === 0) return say(fine);
  say(printProblems(problems));
  say(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`);
  process.exitCode = 1;
}

/** Turns offsets of a text into lines and columns. */
export function positionFinder(text: string): (offset: number) => { readonly line: number; readonly column: number } {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let line = starts.findLastIndex((start) => start <= offset);
    line = Math.max(0, line);
    return { line: line + 1, column: offset - starts[line] + 1 };
  };
}
