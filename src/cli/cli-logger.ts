import { pino } from 'pino';
import type { LogFields, Logger } from '../util/logger.ts';
import { formatLogLine } from './format-log-line.ts';
import { paintFor } from './paint.ts';

/** How a command logs. */
export interface LogOptions {
  /** Log records as JSON lines, for programs. */
  readonly json?: boolean;
  /** Also what only matters when something is looked into. */
  readonly verbose?: boolean;
}

interface LogStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** The log of a command: one line a record, readable unless `json`, in colour only on a terminal. */
export function cliLogger(
  terminal: { readonly out: LogStream; readonly err: LogStream },
  options: LogOptions & { /** Only warnings and errors. */ readonly quiet?: boolean },
): Logger {
  const { out, err } = terminal;
  const paint = paintFor(err);
  const readable = { write: (line: string) => void err.write(formatLogLine(line, paint)) };
  const destination = options.json ? { write: (line: string) => void out.write(line) } : readable;
  const log = pino(
    {
      level: options.verbose ? 'debug' : options.quiet === true ? 'warn' : 'info',
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ type: 'log', level }) },
    },
    destination,
  );
  return wrap(log, 'candlecast');
}

function wrap(log: pino.Logger, part: string): Logger {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, fields?: LogFields) =>
    log[level]({ part, ...fields }, message);
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (name) => wrap(log, name),
  };
}
