import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

// Named otherwise than other tests, so that `npm test` does not run what needs Python and a package index.
export default mergeConfig(
  { resolve: base.resolve ?? {} },
  defineConfig({
    root: fileURLToPath(new URL('../..', import.meta.url)),
    test: {
      include: ['tests/interop/**/*.interop.ts'],
      testTimeout: 60_000,
      // The first run makes environments.
      hookTimeout: 900_000,
      fileParallelism: false,
    },
  }),
);
