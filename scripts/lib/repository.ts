import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the repository lies. */
export const repositoryRoot = fileURLToPath(new URL('../../', import.meta.url));

/** The environment in which `node`, `tsc` and the other tools are the repository's own. */
export const toolEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(repositoryRoot, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter),
};

export interface CommandResult {
  readonly status: number;
  /** Both streams, in that order. */
  readonly output: string;
  readonly stdout: string;
}

/** Runs a command to its end and hands back what it printed. A command that can't be started has status 127. */
export function capture(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly timeoutMs?: number } = {},
): CommandResult {
  const { cwd = repositoryRoot, env = toolEnvironment, timeoutMs } = options;
  const done = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
  });
  if (done.error !== undefined) return { status: 127, output: `${command}: ${done.error.message}`, stdout: '' };
  return { status: done.status ?? 1, output: `${done.stdout}${done.stderr}`, stdout: done.stdout };
}

/** Prints a line. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}
