import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import loadWabt from 'wabt';
import { updatePage } from './docs/update-page.ts';
import { messageOf } from '../src/util/errors.ts';
import { repositoryRoot, say } from './lib/repository.ts';

const source = 'src/frame/hash-doubles.wat';
const target = 'src/frame/hash-doubles-module.ts';

/** The text of a TypeScript file that holds the WebAssembly module of `source`, which a package cannot be sure to find beside its files. */
async function assembled(): Promise<string> {
  const wabt = await loadWabt();
  using module = disposable(wabt.parseWat(source, readFileSync(join(repositoryRoot, source), 'utf8'), { simd: true }));
  module.validate();
  const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64');
  return `/** ${source}, assembled by \`npm run wasm\`; base64. */\nexport const hashDoublesModule =\n  '${base64}';\n`;
}

function disposable<T extends { destroy(): void }>(module: T): T & Disposable {
  return Object.assign(module, { [Symbol.dispose]: () => module.destroy() });
}

async function run(checkOnly: boolean): Promise<boolean> {
  try {
    const isFresh = updatePage(join(repositoryRoot, target), await assembled(), { checkOnly });
    if (isFresh) say(`${target} holds what ${source} says`);
    else say(checkOnly ? `${target} is stale: run \`npm run wasm\`` : `wrote ${target}`);
    return isFresh || !checkOnly;
  } catch (error) {
    say(messageOf(error));
    return false;
  }
}

if (!(await run(process.argv.includes('--check')))) process.exitCode = 1;
