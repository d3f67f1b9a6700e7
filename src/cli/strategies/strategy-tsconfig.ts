import { existsSync, realpathSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../util/errors.ts';

/** What became of the `tsconfig.json` beside the folder of strategies. */
export type TsconfigOutcome =
  | { readonly status: 'written' | 'kept'; readonly file: string }
  | { readonly status: 'failed'; readonly file: string; readonly reason: string };

/** The sources of this package where it runs from them, in a checkout; undefined where it is installed. */
const sources = import.meta.url.endsWith('.ts') ? fileURLToPath(new URL('../..', import.meta.url)) : undefined;

/**
 * Gives a folder of user data, which must be there, a `tsconfig.json` for the strategies in it, so that an editor and `tsc` know what they
 * import. One that is there is kept.
 */
export function ensureStrategyTsconfig(userData: string): TsconfigOutcome {
  const file = join(userData, 'tsconfig.json');
  if (existsSync(file)) return { status: 'kept', file };
  try {
    writeFileSync(file, strategyTsconfig(realpathSync(userData), sources), { flag: 'wx' });
    return { status: 'written', file };
  } catch (error) {
    return { status: 'failed', file, reason: messageOf(error) };
  }
}

/**
 * The text of that file. With `sourceFolder`, that of a checkout, what strategies import is found there; without, it is found as
 * Node finds an installed package.
 */
export function strategyTsconfig(userData: string, sourceFolder: string | undefined): string {
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'dom'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    erasableSyntaxOnly: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
    ...(sourceFolder === undefined ? {} : checkoutOptions(userData, sourceFolder)),
  };
  return `${JSON.stringify({ compilerOptions, include: ['strategies'] }, undefined, 2)}\n`;
}

/** The sources are compiled along, so they need what they are written for. */
function checkoutOptions(userData: string, sourceFolder: string): object {
  const to = (path: string) => fromFolder(userData, join(sourceFolder, path));
  return {
    resolveJsonModule: true,
    types: ['node'],
    typeRoots: [to('../node_modules/@types')],
    paths: { candlecast: [to('index.ts')], 'candlecast/*': [to('*/index.ts')] },
  };
}

/** As `paths` takes it: with a dot at its start, and slashes on every system. */
function fromFolder(folder: string, path: string): string {
  const way = relative(folder, path).replaceAll('\\', '/');
  return /^(?:\.|\/|\w:)/.test(way) ? way : `./${way}`;
}
