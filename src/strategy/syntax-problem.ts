import { execFile } from 'node:child_process';
import { type SourceLocation, pathOf } from './source-location.ts';

/** Where a file breaks the language's rules. */
export interface SyntaxProblem {
  readonly location: SourceLocation;
  /** The line of code, without its indentation. */
  readonly code: string | undefined;
  readonly isTypeScriptInJavaScript: boolean;
}

/** Checking one file takes a twentieth of it. */
const CHECK_TIMEOUT_MS = 10_000;

/**
 * Compiles a file in its own process, without running it. Its first syntax error is left uncaught: only then does Node print the
 * position. Says beforehand whether a JavaScript file would compile as TypeScript.
 */
const CHECK_SCRIPT = `
  import { readFileSync } from 'node:fs';
  import { stripTypeScriptTypes } from 'node:module';
  import { SourceTextModule } from 'node:vm';
  const file = process.argv[1];
  const source = readFileSync(file, 'utf8');
  const compile = (code) => new SourceTextModule(code, { identifier: file });
  const compileTypeScript = () => compile(stripTypeScriptTypes(source, { sourceUrl: file }));
  if (/\\.m?ts$/.test(file)) compileTypeScript();
  else {
    let isTypeScript = true;
    try { compileTypeScript(); } catch { isTypeScript = false; }
    if (isTypeScript) process.stdout.write('TypeScript');
    compile(source);
  }
`;

/** The position that Node writes above the stack of some syntax errors: file and line, the code, and a caret below it. */
export function problemInStack(error: unknown): SyntaxProblem | undefined {
  return error instanceof Error ? problemInText(error.stack ?? '', false) : undefined;
}

/** The first of these files, from the last on, that does not compile. */
export async function findSyntaxProblem(files: readonly string[]): Promise<SyntaxProblem | undefined> {
  for (const file of files.toReversed()) {
    const printed = await check(file);
    const problem = problemInText(printed.stderr, printed.stdout === 'TypeScript');
    if (problem) return problem;
  }
  return undefined;
}

interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** What checking a file prints. A position is a help and not the error itself: where the check can't run, there is none. */
function check(file: string): Promise<Printed> {
  const flags = [
    '--experimental-vm-modules',
    '--no-warnings',
    '--input-type=module',
    '--eval',
    CHECK_SCRIPT,
    '--',
    file,
  ];
  const options = { env: { ...process.env, NODE_OPTIONS: '' }, timeout: CHECK_TIMEOUT_MS };
  return new Promise((resolve) => {
    execFile(process.execPath, flags, options, (_error, stdout, stderr) => resolve({ stdout, stderr }));
  });
}

function problemInText(stack: string, isTypeScriptInJavaScript: boolean): SyntaxProblem | undefined {
  const lines = stack.split('\n');
  const header = /^((?:file:\/\/|[A-Za-z]:[\\/]|\/).+):(\d+)$/.exec(lines[0]);
  if (!header) return undefined;
  const caret = lines.findIndex((line) => /^\s*\^+\s*$/.test(line));
  const hasCaret = caret >= 2;
  const location = {
    file: pathOf(header[1]),
    line: Number(header[2]),
    ...(hasCaret ? { column: lines[caret].indexOf('^') + 1 } : {}),
  };
  return { location, code: hasCaret ? lines[caret - 1].trim() : undefined, isTypeScriptInJavaScript };
}
