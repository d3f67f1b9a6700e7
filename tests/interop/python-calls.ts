import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { isObject } from '../../src/util/is-object.ts';
import type { PythonEnvironment } from './python-environment.ts';

/** What a Python program answered to one call: a result, or the names of the exception's classes, its own first. */
export type PythonAnswer =
  | { readonly result: unknown; readonly error?: undefined }
  | { readonly error: readonly string[]; readonly message: string };

/** A Python program that answers calls, a line of JSON each. */
export interface PythonCalls {
  call(method: string, ...args: readonly unknown[]): Promise<PythonAnswer>;
  /** The result alone. Throws where there was an exception. */
  result(method: string, ...args: readonly unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts a Python file; its first line of input is `settings`. */
export function pythonCalls({ python }: PythonEnvironment, file: string, settings: object): PythonCalls {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(python, [file], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4000)));
  const waiting: PromiseWithResolvers<PythonAnswer>[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(readAnswer(line)));
  const ended = new Promise<void>((resolve) => {
    child.on('close', (code) => {
      for (const { reject } of waiting.splice(0)) reject(new Error(`${file} ended with ${code}\n${errors}`));
      resolve();
    });
  });
  child.stdin.on('error', () => {});
  child.stdin.write(`${JSON.stringify(settings)}\n`);
  const call = (method: string, ...args: readonly unknown[]) => {
    const answer = Promise.withResolvers<PythonAnswer>();
    waiting.push(answer);
    child.stdin.write(`${JSON.stringify([method, args])}\n`);
    return answer.promise;
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
      await ended;
    },
  };
}

function readAnswer(line: string): PythonAnswer {
  const value: unknown = JSON.parse(line);
  if (isObject(value) && Array.isArray(value.error))
    return { error: value.error.map(String), message: String(value.message) };
  return { result: isObject(value) ? value.result : undefined };
}
