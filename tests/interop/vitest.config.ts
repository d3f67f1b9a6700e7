import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.config.ts';
import { LongestFirst } from './longest-first.ts';

// Named otherwise than other tests, so that `npm test` does not run what needs Python and a package index.
export default mergeConfig(
  { resolve: base.resolve ?? {} },
  defineConfig({
    root: fileURLToPath(new URL('../..', import.meta.url)),
    test: {
      include: ['tests/interop/**/*.interop.ts'],
      testTimeout: 60_000,
      // Those that make environments say so themselves.
      hookTimeout: 60_000,
      sequence: { sequencer: LongestFirst },
      // The whole bots wait for candles most of the time, and the week for a stock server that sleeps: others run meanwhile.
      maxWorkers: 3,
    },
  }),
);
