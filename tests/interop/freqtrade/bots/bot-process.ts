import { spawn } from 'node:child_process';
import { childEnvironment } from '../../../e2e/child-environment.ts';
import { guardGroup, killGroup } from '../../../e2e/guard.ts';
import { atEnd } from './at-end.ts';

/** A running program with what it printed. It ends with the tests. */
export interface BotProcess {
  readonly out: string;
  readonly err: string;
  /** How it ended, where it has. */
  readonly end: string | undefined;
}

/** Starts a program in a folder, in a process group of its own. */
export function startProcess(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): BotProcess {
  const stopping = new AbortController();
  const closed = Promise.withResolvers<void>();
  atEnd(() => {
    stopping.abort();
    return closed.promise;
  });
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: childEnvironment(options.env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  guardGroup(child);
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.err += chunk));
  let end: string | undefined;
  stopping.signal.addEventListener('abort', () => {
    if (end === undefined) killGroup(child);
  });
  child.on('error', (error) => {
    end = `it could not be started: ${error.message}`;
    closed.resolve();
  });
  child.on('close', (code, signal) => {
    end ??= `it ended with ${signal ?? code}`;
    closed.resolve();
  });
  return {
    get out() {
      return text.out;
    },
    get err() {
      return text.err;
    },
    get end() {
      return end;
    },
  };
}
