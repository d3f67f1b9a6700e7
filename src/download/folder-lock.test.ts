import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockFolder } from './folder-lock.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlecast-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lockOf = (pid: number | string) => writeFileSync(join(folder, '.candlecast-download.lock'), String(pid));

it('makes the folder, and lets one in at a time', async () => {
  const path = join(folder, 'data', 'binance');
  const unlock = await lockFolder(path);
  expect(existsSync(path)).toBe(true);
  await expect(lockFolder(path)).rejects.toMatchObject({ code: 'DOWNLOAD_FOLDER_BUSY', value: process.pid });
  await unlock();
  await (
    await lockFolder(path)
  )();
  expect(readdirSync(path)).toEqual([]);
});

it('is kept out by a process that runs, and not by one that was killed', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  lockOf(other.pid ?? 0);
  await expect(lockFolder(folder)).rejects.toThrow(/process \d+ downloads into .*, remove .*\.lock/);
  other.kill('SIGKILL');
  await once(other, 'exit');
  await (
    await lockFolder(folder)
  )();
});

it('goes past what a process of its own number left behind, and not past a lock that is being written', async () => {
  lockOf(process.pid);
  await (
    await lockFolder(folder)
  )();
  lockOf('');
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'DOWNLOAD_FOLDER_BUSY' });
});

it('says why a folder can not be made', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  lockOf(pid);
  const file = join(folder, '.candlecast-download.lock');
  await expect(lockFolder(join(file, 'data'))).rejects.toMatchObject({ code: 'EXCHANGE_FILE_UNREADABLE' });
});
