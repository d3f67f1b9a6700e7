import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^candlecast$/, replacement: source('index.ts') },
      { find: /^candlecast\/(\w+)$/, replacement: source('$1/index.ts') },
    ],
  },
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    typecheck: { enabled: false },
    testTimeout: 20_000,
    // The default leaves a core idle, which on two cores is half of them.
    maxWorkers: '100%',
  },
});
