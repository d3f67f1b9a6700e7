import { ConfigError, problemLine } from '../config/index.ts';
import { CandlecastError, messageOf } from '../util/errors.ts';
import type { LogOptions } from './cli-logger.ts';
import type { Terminal } from './terminal.ts';

/**
 * Tells why a command failed: for what can be expected the message and its code, for anything else that it is a bug; with
 * `verbose` the stack and what caused it.
 */
export function reportError(error: unknown, terminal: Terminal, options: LogOptions): void {
  if (options.json) return void terminal.out.write(`${JSON.stringify(errorRecord(error, options))}\n`);
  const lines = error instanceof ConfigError ? error.problems.map(problemLine) : [messageOf(error)];
  const code = error instanceof CandlecastError ? ` [${error.code}]` : '';
  terminal.err.write(`error: ${lines.join('\n       ')}${code}\n`);
  if (options.verbose) terminal.err.write(`${stackOf(error)}\n`);
  else if (!(error instanceof CandlecastError))
    terminal.err.write('This is unexpected; run it again with --verbose for where it happened.\n');
}

function errorRecord(error: unknown, options: LogOptions): Record<string, unknown> {
  return {
    time: new Date().toISOString(),
    type: 'error',
    code: error instanceof CandlecastError ? error.code : 'UNEXPECTED',
    message: messageOf(error),
    ...(error instanceof ConfigError ? { problems: error.problems } : {}),
    ...(options.verbose ? { stack: stackOf(error) } : {}),
  };
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
