import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { isObject } from '../../src/util/is-object.ts';
import { childEnvironment } from '../e2e/child-environment.ts';
import { guardGroup, killGroup } from '../e2e/guard.ts';
import type { PythonEnvironment } from './python-environment.ts';

/** What a Python program answered to one call: a result, or the names of the exception's classes, its own first. */
export type PythonAnswer =
  | { readonly result: unknown; readonly error?: undefined }
  | { readonly error: readonly string[]; readonly message: string };

/** A Python program that answers calls, a line of JSON each. */
export interface PythonCalls {
  /** Rejects where the program ends before it has answered, or has ended. */
  call(method: string, ...args: readonly unknown[]): Promise<PythonAnswer>;
  /** The result alone. Throws where there was an exception. */
  result(method: string, ...args: readonly unknown[]): Promise<unknown>;
  /** Ends its input, and kills it where it has not ended some time after. */
  close(): Promise<void>;
  /** Ends the program at once, as a crash does. */
  kill(): Promise<void>;
}

/** How long a program may take to end when its input has. */
const CLOSE_PATIENCE_MS = 10_000;

/** Starts a Python file; its first line of input is `settings`. */
export function pythonCalls({ python }: PythonEnvironment, file: string, settings: object): PythonCalls {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(python, [file], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A terminal's Ctrl-C is for the tests, which end it.
    detached: true,
    env: childEnvironment({ PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' }),
  });
  guardGroup(child);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4000)));
  const waiting: PromiseWithResolvers<PythonAnswer>[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(readAnswer(line)));
  const closed = Promise.withResolvers<void>();
  let end: string | undefined;
  const ended = (how: string) => {
    end ??= how;
    for (const { reject } of waiting.splice(0)) reject(new Error(`${file} ${end}\n${errors}`));
    closed.resolve();
  };
  child.on('error', (error) => ended(`could not be started: ${error.message}`));
  child.on('close', (code, signal) => ended(`ended with ${signal ?? code}`));
  child.stdin.on('error', () => {});
  child.stdin.write(`${JSON.stringify(settings)}\n`);
  const call = (method: string, ...args: readonly unknown[]) => {
    if (end !== undefined) return Promise.reject(new Error(`${method}: ${file} ${end}\n${errors}`));
    const answer = Promise.withResolvers<PythonAnswer>();
    waiting.push(answer);
    child.stdin.write(`${JSON.stringify([method, args])}\n`);
    return answer.promise;
  };
  const kill = async () => {
    if (end === undefined) killGroup(child);
    await closed.promise;
  };
  return {
    call,
    async result(method, ...args) {
      const answer = await call(method, ...args);
      if (answer.error !== undefined) throw new Error(`${method}: ${answer.error[0]}: ${answer.message}`);
      return answer.result;
    },
    async close() {
      child.stdin.end();
      const patience = setTimeout(() => void kill(), CLOSE_PATIENCE_MS);
      await closed.promise;
      clearTimeout(patience);
    },
    kill,
  };
}

function readAnswer(line: string): PythonAnswer {
  const value: unknown = JSON.parse(line);
  if (isObject(value) && Array.isArray(value.error))
    return { error: value.error.map(String), message: String(value.message) };
  return { result: isObject(value) ? value.result : undefined };
}
