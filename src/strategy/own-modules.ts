import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { assert } from '../util/assert.ts';
import { isObject } from '../util/is-object.ts';

/** The modules of the running copy of this package. */
export interface OwnModules {
  /** URLs by specifier: `candlecast`, `candlecast/indicators`. */
  readonly urls: ReadonlyMap<string, string>;
  /** The package's name. */
  readonly name: string;
  /** The URL of the folder that its modules are in. */
  readonly folder: string;
}

/**
 * What package.json exports, at the place where this copy runs: `src/x.ts` in a checkout, `dist/x.js` where it is installed. A
 * strategy file anywhere gets these, so there is one `Frame` class and one table of strategies.
 */
export function ownModules(): OwnModules {
  const root = packageRoot(dirname(fileURLToPath(import.meta.url)));
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  assert(isObject(manifest) && isObject(manifest.exports), 'package.json has exports');
  const name = String(manifest.name);
  const isSource = import.meta.url.endsWith('.ts');
  const urls = new Map<string, string>();
  for (const [subpath, target] of Object.entries(manifest.exports)) {
    const built = isObject(target) ? target.default : undefined;
    if (typeof built !== 'string') continue;
    const file = isSource ? built.replace(/^\.\/dist\//, './src/').replace(/\.js$/, '.ts') : built;
    urls.set(name + subpath.slice(1), pathToFileURL(join(root, file)).href);
  }
  return { urls, name, folder: pathToFileURL(join(root, isSource ? 'src' : 'dist')).href + '/' };
}

function packageRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  assert(dirname(folder) !== folder, 'a package.json stands above every module');
  return packageRoot(dirname(folder));
}
