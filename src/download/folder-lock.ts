import { open, readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf } from '../util/errors.ts';
import { ExchangeError } from '../exchange/index.ts';
import { DownloadError } from './download-error.ts';
import { makeFolder } from './make-folder.ts';

/** Begins with a dot, and is no name of a candle file. */
const LOCK_NAME = '.candlecast-download.lock';

/**
 * Makes a folder where there is none, and keeps other downloads out of it. What a killed process left behind does not count.
 * Resolves with what lets them in again.
 *
 * @throws DownloadError DOWNLOAD_FOLDER_BUSY; ExchangeError EXCHANGE_FILE_UNREADABLE.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = resolve(folder, LOCK_NAME);
  try {
    makeFolder(folder);
    if (!(await create(path))) {
      const owner = Number(await readFile(path, 'utf8').catch(() => ''));
      if (isHeld(path, owner)) throw busy(folder, path, owner);
      await rm(path, { force: true });
      if (!(await create(path))) throw busy(folder, path, owner);
    }
  } catch (error) {
    if (error instanceof DownloadError) throw error;
    const message = `can't write to ${folder} (${messageOf(error)})`;
    throw new ExchangeError('EXCHANGE_FILE_UNREADABLE', message, { value: folder, cause: error });
  }
  ownLocks.add(path);
  return async () => {
    ownLocks.delete(path);
    await rm(path, { force: true });
  };
}

/** The locks of this process. */
const ownLocks = new Set<string>();

async function create(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function isHeld(path: string, pid: number): boolean {
  // Made this moment, and not written yet.
  if (!Number.isInteger(pid) || pid <= 0) return true;
  // Another process of the same number is one that ended before, in a container for instance.
  if (pid === process.pid) return ownLocks.has(path);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function busy(folder: string, path: string, owner: number): DownloadError {
  const message = `process ${owner} downloads into ${folder}; where that is over, remove ${path}`;
  return new DownloadError('DOWNLOAD_FOLDER_BUSY', message, { value: owner });
}
