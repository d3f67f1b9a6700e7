import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What this process holds: its memory after two collections, of which the second frees what the first one finalized. */
export function collectedMemory(): NodeJS.MemoryUsage {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('the engine offers no collection');
  for (let i = 0; i < 2; i++) collect();
  return process.memoryUsage();
}
