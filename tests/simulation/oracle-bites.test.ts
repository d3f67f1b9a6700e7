import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type * as Simulation from '../../src/testing/simulation/index.ts';
import { type DeliberateBug, deliberateBugs, wrongExports } from './deliberate-bugs.ts';

/** Seeds that are tried: `npm test` runs five times as many. */
const SEEDS = 60;

/** Seeds of which all are run. */
const SEEDS_COUNTED = 20;

const sourceFile = (path: string) => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));

/** The simulation over code with a mistake, or as it is. */
async function simulationWith(bug?: DeliberateBug): Promise<typeof Simulation> {
  vi.resetModules();
  for (const { path } of bug === undefined ? [] : deliberateBugs[bug]) {
    vi.doMock(sourceFile(path), async (importOriginal) => {
      const right = await importOriginal<object>();
      return { ...right, ...wrongExports(bug ?? 'skip the hash', path, right) };
    });
  }
  return import('../../src/testing/simulation/index.ts');
}

afterEach(() => {
  for (const modules of Object.values(deliberateBugs)) for (const { path } of modules) vi.doUnmock(sourceFile(path));
  vi.resetModules();
});

/** The first seed that shows a divergence, and what it is. */
function firstDivergence({
  runSimulation,
  DivergenceError,
}: typeof Simulation): { seed: number; what: string } | undefined {
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      runSimulation(seed);
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      return { seed, what: error.what };
    }
  }
  return undefined;
}

const NOT_THE_PUBLISHED = /differs from what was published|is not the newest|after state|ms late/;

describe('the oracle of the simulation', () => {
  it.each([
    ['skip the hash', NOT_THE_PUBLISHED],
    // Copies of the run before stay, or are taken for states of this one.
    ['ignore the epoch', /differs from what was published|is not the newest|after state|ms late|does not settle/],
    ['apply out of order, skip the hash', NOT_THE_PUBLISHED],
    ['lose a patch, skip the hash', NOT_THE_PUBLISHED],
    ['accept a part of a snapshot, skip the hash', NOT_THE_PUBLISHED],
    // What was made of a part is found wrong each time, and asked for again for ever.
    ['accept a part of a snapshot', /does not settle/],
  ] as const)(
    `notices within ${SEEDS} seeds: %s`,
    async (bug, shown) => {
      const found = firstDivergence(await simulationWith(bug));
      expect(found?.what).toMatch(shown);
    },
    180_000,
  );

  // What is wrong is never shown then. That it was is counted; without damage on the way nothing else is.
  it.each(['apply out of order', 'lose a patch'] as const)(
    `counts mismatches where the hash masks it: %s`,
    async (bug) => {
      const mismatches = ({ runSimulation }: typeof Simulation) => {
        let count = 0;
        for (let seed = 1; seed <= SEEDS_COUNTED; seed++) {
          count += runSimulation(seed, { damages: false }).counts.get('resync: mismatch') ?? 0;
        }
        return count;
      };
      expect(mismatches(await simulationWith())).toBe(0);
      expect(mismatches(await simulationWith(bug))).toBeGreaterThan(0);
    },
    180_000,
  );
});
