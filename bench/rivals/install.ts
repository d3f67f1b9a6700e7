// Installs the rivals and builds talib for the Node that runs this file: `npx node bench/rivals/install.ts`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, say, toolEnvironment } from '../../scripts/lib/repository.ts';

/** Where the headers of the repository's Node are if they came with it, which spares node-gyp a download from nodejs.org. */
const nodePackage = join(repositoryRoot, `node_modules/node/node_modules/node-${process.platform}-${process.arch}`);
const hasHeaders = existsSync(join(nodePackage, 'include', 'node', 'node.h'));

const options = {
  cwd: import.meta.dirname,
  env: { ...toolEnvironment, ...(hasHeaders ? { npm_config_nodedir: nodePackage } : {}) },
  stdio: 'inherit',
} as const;

if (spawnSync('npm', ['ci'], options).status !== 0) {
  process.exitCode = 1;
} else if (spawnSync(process.execPath, ['-p', "`talib ${require('talib').version}`"], options).status !== 0) {
  say(`talib was not built for Node ${process.versions.node}; point npm_config_nodedir to the headers of that version`);
  process.exitCode = 1;
}
