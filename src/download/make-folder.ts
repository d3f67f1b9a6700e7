import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those around it where there are none. One step for each: Node's own way of making several at once goes on for
 * ever where a file system, as /proc, says of each new folder that the one around it is missing.
 *
 * @throws the file system's error.
 */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  let path = resolve(folder);
  while (statSync(path, { throwIfNoEntry: false }) === undefined && dirname(path) !== path) {
    missing.push(path);
    path = dirname(path);
  }
  for (const each of missing.toReversed()) makeOne(each);
}

/** Another process may have made it meanwhile. */
function makeOne(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
