import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Meter } from './fuzz-target.ts';
import { PROBES, instrument } from './instrument.ts';

/** More than all modules that are instrumented have. */
export const MOST_COUNTERS = 1 << 15;

/** What instrumented code counts with, and what it counted. */
export interface Probes extends Meter {
  /** How often each branch was taken since `clear`. Those of the modules that were loaded first come first. */
  readonly counts: Uint32Array;
  /** How many counters are in use. */
  readonly used: number;
  /** Bytes of the arrays that were made since `clear`; one reference or number counts 8. */
  readonly madeBytes: number;
  clear(): void;
}

/**
 * From now on, modules of this thread whose URL is `chosen` are instrumented when they are first imported. To be called once a thread,
 * before anything that imports them.
 */
export function installProbes(chosen: (url: string) => boolean): Probes {
  const probes = {
    counts: new Uint32Array(MOST_COUNTERS),
    used: 0,
    madeBytes: 0,
    made<T>(value: T): T {
      if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) probes.madeBytes += value.byteLength;
      else if (Array.isArray(value)) probes.madeBytes += 8 * value.length;
      return value;
    },
    unmetered<T>(check: () => T): T {
      const { madeBytes } = probes;
      const result = check();
      probes.madeBytes = madeBytes;
      return result;
    },
    clear() {
      probes.counts.fill(0, 0, probes.used);
      probes.madeBytes = 0;
    },
  };
  Object.assign(globalThis, { [PROBES]: probes });
  registerHooks({
    load(url, context, nextLoad) {
      if (!chosen(url)) return nextLoad(url, context);
      const path = fileURLToPath(url);
      const { code, counters } = instrument(path, readFileSync(path, 'utf8'), probes.used);
      probes.used += counters;
      if (probes.used > MOST_COUNTERS) throw new RangeError(`there are more than ${MOST_COUNTERS} branches`);
      return { ...nextLoad(url, context), source: code };
    },
  });
  return probes;
}
