/// <reference lib="esnext.disposable" preserve="true" />
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Logger } from '../../../../src/util/logger.ts';
import { childEnvironment } from '../../../e2e/child-environment.ts';
import { guardGroup, killGroup } from '../../../e2e/guard.ts';
import { eventually } from '../../eventually.ts';

const PROGRAMS = {
  'fault-producer': fileURLToPath(new URL('fault-producer.ts', import.meta.url)),
  'fault-consumer': fileURLToPath(new URL('fault-consumer.ts', import.meta.url)),
} as const;

const note = (level: string) => (message: string, fields?: object) =>
  void process.stderr.write(`${level} ${message} ${JSON.stringify(fields ?? {})}\n`);

/** A line a message, on standard error. */
export const consoleLogger: Logger = {
  debug: note('debug'),
  info: note('info'),
  warn: note('warn'),
  error: note('error'),
  child: () => consoleLogger,
};

/** A program of this folder in a process of its own, which can be frozen and killed. */
export interface FaultProcess extends AsyncDisposable {
  readonly log: string;
  /** Sends a line and resolves to the one that answers it. */
  ask(line: string): Promise<string>;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
}

/** Starts `fault-producer.ts` or `fault-consumer.ts`, and resolves once it is ready. */
export async function faultProcess(name: keyof typeof PROGRAMS, settings: object): Promise<FaultProcess> {
  const child = spawn(process.execPath, [PROGRAMS[name], JSON.stringify(settings)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: childEnvironment(),
    detached: true,
  });
  guardGroup(child);
  const closed = once(child, 'close');
  const text = { out: '', log: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.log += chunk));
  child.stdin.on('error', () => {});
  let read = 0;
  const line = () =>
    eventually(
      `${name} says something`,
      () => {
        const lines = text.out.split('\n').slice(0, -1);
        return lines.length > read ? lines[read++] : undefined;
      },
      { seen: () => text.log.slice(-2000) },
    );
  const kill = async () => {
    killGroup(child);
    await closed;
  };
  try {
    await line();
  } catch (error) {
    await kill();
    throw error;
  }
  return {
    get log() {
      return text.log;
    },
    ask(question) {
      child.stdin.write(`${question}\n`);
      return line();
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
