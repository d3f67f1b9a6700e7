import { setTimeout } from 'node:timers/promises';

/** How long a condition may take to come true unless told otherwise. */
export const PATIENCE_MS = 20_000;

/** Looks again and again until `look` gives something, and says what was awaited and what was there where it does not. */
export async function eventually<T>(
  awaited: string,
  look: () => Promise<T | undefined> | T | undefined,
  options: { readonly patienceMs?: number; readonly seen?: () => unknown } = {},
): Promise<T> {
  const { patienceMs = PATIENCE_MS, seen } = options;
  const end = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) {
      const there = seen === undefined ? '' : `; there is ${JSON.stringify(await seen())}`;
      throw new Error(`${awaited}: not within ${patienceMs / 1000} s${there}`);
    }
    await setTimeout(25);
  }
}
