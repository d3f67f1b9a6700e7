import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { BotEvent } from '../../bot/index.ts';

const PROGRAM = fileURLToPath(new URL('../../../bin/candlecast.js', import.meta.url));

/** A child that does not end by itself after being told to is killed. */
const KILL_AFTER_MS = 5_000;

/** A line of a child's log. */
export interface LogRecord {
  readonly type: 'log';
  readonly level: string;
  readonly part: string;
  readonly message: string;
}

/** Why a child could not run. */
export interface ErrorRecord {
  readonly type: 'error';
  readonly code: string;
  readonly message: string;
}

export type ChildRecord = BotEvent | LogRecord | ErrorRecord;

/** A bot in a process of its own. */
export interface ChildBot {
  readonly name: string;
  /** Resolves with the exit code when the process has ended. */
  readonly ended: Promise<number>;
  /** Tells it to stop, and sees to it that it does. */
  stop(): Promise<void>;
}

/** Starts `candlecast trade --json` and hands over every line that it prints. */
export function startChildBot(options: {
  readonly name: string;
  readonly configFile: string;
  readonly strategy: string;
  readonly onRecord: (record: ChildRecord) => void;
  readonly onErrorText: (text: string) => void;
}): ChildBot {
  const args = [PROGRAM, 'trade', '--json', '-c', options.configFile, '-s', exampleFile(options.strategy)];
  // The channel is for the child to notice when this process is gone, however it went.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const onLine = (line: string) => {
    const record = parseRecord(line);
    if (record === undefined) options.onErrorText(`${line}\n`);
    else options.onRecord(record);
  };
  if (child.stdout) createInterface({ input: child.stdout }).on('line', onLine);
  child.stderr?.setEncoding('utf8').on('data', options.onErrorText);
  const ended = new Promise<number>((resolve) => {
    child.on('error', (error) => options.onErrorText(`${error.message}\n`));
    child.on('close', (code) => resolve(code ?? 1));
  });
  return { name: options.name, ended, stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<number>): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  await ended;
  clearTimeout(timer);
}

/** TypeScript in a checkout; in an installed package compiled, since Node strips no types below node_modules. */
function exampleFile(name: string): string {
  const isCheckout = import.meta.url.endsWith('.ts');
  const path = isCheckout ? `../../../examples/${name}.ts` : `../../examples/${name}.js`;
  return fileURLToPath(new URL(path, import.meta.url));
}

function parseRecord(line: string): ChildRecord | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
