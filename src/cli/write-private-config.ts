import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigError, type ConfigErrorCode } from '../config/index.ts';
import { makeFolder } from '../download/index.ts';
import { messageOf } from '../util/errors.ts';

/**
 * Writes a config that only its owner reads, since it holds secrets, and the folder it is in where there is none. A file that is there
 * already stays unless it is to be replaced. `another` is how a person names another file.
 *
 * @throws ConfigError CONFIG_EXISTS, CONFIG_NOT_WRITTEN.
 */
export function writePrivateConfig(
  file: string,
  text: string,
  { replace, another = 'name another' }: { readonly replace: boolean; readonly another?: string },
): void {
  try {
    makeFolder(dirname(resolve(file)));
  } catch (error) {
    throw notWritten(file, error);
  }
  try {
    // The mode of a file that is there already is its own; nobody else reads the secrets, not even for a moment.
    if (replace && existsSync(file)) chmodSync(file, 0o600);
    writeFileSync(file, text, { flag: replace ? 'w' : 'wx', mode: 0o600 });
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!isThere) throw notWritten(file, error);
    throw problem('CONFIG_EXISTS', file, `the file is there already; ${another}, or replace it with --force`);
  }
}

function notWritten(file: string, error: unknown): ConfigError {
  return problem('CONFIG_NOT_WRITTEN', file, `the file can't be written: ${messageOf(error)}`);
}

function problem(code: ConfigErrorCode, file: string, message: string): ConfigError {
  const place = { file, line: 1, column: 1, origin: 'command line' } as const;
  return new ConfigError([{ ...place, code, key: '', found: '', allowed: '', message }]);
}
