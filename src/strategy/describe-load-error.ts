import { messageOf } from '../util/errors.ts';
import { type SyntaxProblem, findSyntaxProblem, problemInStack } from './syntax-problem.ts';
import { pathOf, stackLocations } from './source-location.ts';
import { StrategyError, type StrategyErrorCode } from './strategy-error.ts';

/** Node's codes for a file that it can't read. */
const unreadableCodes: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EISDIR', 'ENOENT', 'EIO']);

/**
 * Why a strategy's file could not be imported, with the place.
 *
 * @param files What was read for it, in order.
 */
export async function describeLoadError(
  error: unknown,
  file: string,
  files: readonly string[],
): Promise<StrategyError> {
  if (error instanceof StrategyError) return error;
  const code = codeOf(error);
  const isRead = error instanceof Error && 'syscall' in error && unreadableCodes.has(code);
  if (isRead && stackLocations(error.stack).every((place) => !files.includes(place.file))) {
    return new StrategyError('STRATEGY_UNREADABLE', `can't be read: ${error.message}`, {
      cause: error,
      location: { file },
    });
  }
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') return unsupported(error, file);
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING') {
    const reason = 'TypeScript below node_modules is not run; copy the file into a folder of your own';
    return new StrategyError('STRATEGY_UNREADABLE', reason, { cause: error, location: { file } });
  }
  if (error instanceof SyntaxError) return syntaxError(error, file, files);
  return threw(error, file, files);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function unsupported(error: unknown, file: string): StrategyError {
  const what = messageOf(error).replace(/ is not supported in strip-only mode$/, '');
  const reason = `${what} is more than a type, and types are only removed here, not compiled; use plain JavaScript for it`;
  return located('STRATEGY_UNSUPPORTED_TYPESCRIPT', reason, error, problemInStack(error), file);
}

async function syntaxError(error: SyntaxError, file: string, files: readonly string[]): Promise<StrategyError> {
  const missing = /does not provide an export named '(.*)'/.exec(error.message);
  const inStack = problemInStack(error);
  if (missing) {
    const reason = `${error.message}; if "${missing[1]}" is a type, import it with import type`;
    return located('STRATEGY_BAD_IMPORT', reason, error, inStack, file);
  }
  const problem = inStack ?? (await findSyntaxProblem(files));
  return located(
    'STRATEGY_SYNTAX',
    `syntax error: ${error.message}${typesInJavaScript(problem)}`,
    error,
    problem,
    file,
  );
}

function typesInJavaScript(problem: SyntaxProblem | undefined): string {
  return problem?.isTypeScriptInJavaScript ? '; the file holds TypeScript, so its name must end in .ts' : '';
}

function located(
  code: StrategyErrorCode,
  reason: string,
  cause: unknown,
  problem: SyntaxProblem | undefined,
  file: string,
): StrategyError {
  const shown = problem?.code === undefined ? '' : `\n    ${problem.code}`;
  return new StrategyError(code, reason + shown, { cause, location: problem?.location ?? { file } });
}

function threw(error: unknown, file: string, files: readonly string[]): StrategyError {
  const calls = error instanceof Error ? stackLocations(error.stack) : [];
  const location = calls.find((place) => files.includes(pathOf(place.file))) ?? { file };
  const what =
    error instanceof Error ? `${error.name}: ${error.message}` : `${messageOf(error)} (${typeof error}, not an Error)`;
  return new StrategyError('STRATEGY_LOAD_THREW', `threw while it was loaded: ${what}`, { cause: error, location });
}
