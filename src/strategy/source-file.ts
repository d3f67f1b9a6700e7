import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** A file that a strategy is made of, as it was when it was read. */
export interface SourceFile {
  readonly file: string;
  /** Equal digests are equal contents. */
  readonly digest: string;
}

/** Stands for the digest of a file that is not there. */
export const ABSENT = '!ENOENT';

/** The digest of a file's contents now; of one that can't be read, `!` and the system's code for the reason. */
export function digestOfFile(file: string): string {
  try {
    return digestOf(readFileSync(file));
  } catch (error) {
    return digestOfFailure(error);
  }
}

/** The same without keeping anyone waiting for the disk. */
export async function readDigest(file: string): Promise<string> {
  try {
    return digestOf(await readFile(file));
  } catch (error) {
    return digestOfFailure(error);
  }
}

function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64');
}

function digestOfFailure(error: unknown): string {
  return `!${error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN'}`;
}
