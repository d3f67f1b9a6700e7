import { createReadStream } from 'node:fs';
import { messageOf } from '../util/errors.ts';
import { type ConfigText, MAX_CONFIG_SIZE, tooLarge } from './assemble-config.ts';
import type { ConfigErrorCode, ConfigProblem } from './config-error.ts';
import { LineTable } from './line-table.ts';

/** Stands for the standard input among the paths of config files. */
export const STANDARD_INPUT = '-';

/** A config file's text, or why it can't be had. */
export async function readConfigFile(path: string): Promise<ConfigText | ConfigProblem> {
  const file = path === STANDARD_INPUT ? 'standard input' : path;
  let bytes: Uint8Array;
  try {
    bytes = await readBytes(path);
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

/** At most one chunk more than is allowed: a path may name an endless device. */
async function readBytes(path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = path === STANDARD_INPUT ? process.stdin : createReadStream(path, { end: MAX_CONFIG_SIZE });
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_CONFIG_SIZE) break;
  }
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
