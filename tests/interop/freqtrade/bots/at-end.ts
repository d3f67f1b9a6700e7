import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const cleanUps: (() => Promise<unknown> | void)[] = [];
let isOver = false;

/** Has this done when the tests are over. Throws where they are already: nothing may be begun then. */
export function atEnd(cleanUp: () => Promise<unknown> | void): void {
  if (isOver) throw new Error('the tests are over');
  cleanUps.push(cleanUp);
}

/**
 * Does it, what came later first, and all of it whatever becomes of some.
 *
 * @throws AggregateError of what failed.
 */
export async function endAll(): Promise<void> {
  isOver = true;
  const failures: unknown[] = [];
  for (const cleanUp of cleanUps.splice(0).toReversed()) {
    try {
      await cleanUp();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} clean-ups failed`);
}

/** A folder that is gone at the end. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'candlecast-bots-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
