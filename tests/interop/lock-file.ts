import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/**
 * Waits until no other process of this machine holds a lock file, and holds it; resolves with what lets go of it. The file says
 * which process holds it: that of one which is gone is taken over, however young, and that of one which lives never, however old.
 */
export async function lockFile(file: string): Promise<() => Promise<void>> {
  let isTold = false;
  for (;;) {
    if (await isMade(file)) return () => rm(file, { force: true });
    const holder = await readFile(file, 'utf8').catch(() => undefined);
    if (holder === undefined) continue;
    if (!lives(holder)) {
      await takeAway(file, holder);
      continue;
    }
    if (!isTold) process.stderr.write(`waiting for process ${holder}, which holds ${file}\n`);
    isTold = true;
    await setTimeout(200);
  }
}

/** Makes the file, unless it is there: at once with what it says, so that nobody reads it empty. */
async function isMade(file: string): Promise<boolean> {
  const written = `${file}.${randomUUID()}`;
  await writeFile(written, String(process.pid));
  try {
    await link(written, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(written, { force: true });
  }
}

function lives(holder: string): boolean {
  try {
    return process.kill(Number.parseInt(holder, 10), 0);
  } catch (error) {
    // Of another user, which is alive; what is no number belongs to nobody.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Removes a dead process's file, and puts back what somebody else has made in its place meanwhile. */
async function takeAway(file: string, holder: string): Promise<void> {
  const taken = `${file}.${randomUUID()}`;
  try {
    await rename(file, taken);
  } catch {
    return;
  }
  if ((await readFile(taken, 'utf8')) !== holder) await link(taken, file).catch(() => {});
  await rm(taken, { force: true });
}
