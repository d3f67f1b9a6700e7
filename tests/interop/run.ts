import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `npm run test:interop`: `--allow-missing` skips what this machine cannot run; everything else is vitest's. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const args = process.argv.slice(2);
const optional = args.includes('--allow-missing') ? { CANDLECAST_INTEROP_OPTIONAL: '1' } : {};
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config',
    'tests/interop/vitest.config.ts',
    ...args.filter((arg) => arg !== '--allow-missing'),
  ],
  { cwd: root, env: { ...process.env, ...optional }, stdio: 'inherit' },
);
process.exitCode = status ?? 1;
