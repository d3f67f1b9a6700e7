import { createReadStream } from 'node:fs';
import { messageOf } from '../util/errors.ts';
import { assembleConfig, type ConfigText, type LoadedConfig, MAX_CONFIG_SIZE, tooLarge } from './assemble-config.ts';
import type { ConfigErrorCode, ConfigProblem } from './config-error.ts';
import { LineTable } from './line-table.ts';

/**
 * Reads config files and merges them in order, as freqtrade does with several `-c`: objects key by key, the later
 * file wins, arrays are replaced. Without a file, every setting has its default.
 *
 * @throws ConfigError with every problem of every file.
 */
export async function loadConfig(paths: readonly string[]): Promise<LoadedConfig> {
  const texts: ConfigText[] = [];
  const problems: ConfigProblem[] = [];
  for (const path of paths) {
    const read = await readText(path);
    if ('text' in read) texts.push(read);
    else problems.push(read);
  }
  return assembleConfig(texts, problems);
}

async function readText(file: string): Promise<ConfigText | ConfigProblem> {
  let bytes: Uint8Array;
  try {
    bytes = await readBytes(file);
  } catch (error) {
    return unreadable(file, error);
  }
  if (bytes.length > MAX_CONFIG_SIZE) return tooLarge(file);
  try {
    return { file, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return notUtf8(file, bytes);
  }
}

/** One byte more than is allowed, at most: a path may name an endless device. */
async function readBytes(file: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of createReadStream(file, { end: MAX_CONFIG_SIZE })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function unreadable(file: string, error: unknown): ConfigProblem {
  const reason = error instanceof Error && 'code' in error ? error.code : undefined;
  if (reason === 'ENOENT' || reason === 'ENOTDIR')
    return fileProblem(file, 'CONFIG_NOT_FOUND', 'there is no such file');
  if (reason === 'EISDIR')
    return fileProblem(file, 'CONFIG_NOT_A_FILE', 'this is a folder; give the path of the config file');
  return fileProblem(file, 'CONFIG_UNREADABLE', `the file can't be read: ${messageOf(error)}`);
}

function fileProblem(file: string, code: ConfigErrorCode, message: string): ConfigProblem {
  return { file, line: 1, column: 1, code, key: '', found: message, allowed: 'a readable file', message };
}

function notUtf8(file: string, bytes: Uint8Array): ConfigProblem {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const found = isUtf16 ? 'UTF-16' : 'bytes that are no UTF-8';
  // What can't be decoded becomes U+FFFD, so the first one marks the place.
  const text = new TextDecoder().decode(bytes);
  const place = isUtf16 ? { line: 1, column: 1 } : new LineTable(text).positionOf(text.indexOf('\uFFFD'));
  const message = `expected UTF-8 text, found ${found}`;
  return { file, ...place, code: 'CONFIG_NOT_UTF8', key: '', found, allowed: 'UTF-8 text', message };
}
