import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../util/errors.ts';
import { didYouMean } from '../util/nearest-name.ts';
import { type OwnModules, ownModules } from './own-modules.ts';
import type { SourceLocation } from './source-location.ts';
import { pathOf } from './source-location.ts';
import { type SourceFile, digestOfFile } from './source-file.ts';
import { StrategyError } from './strategy-error.ts';

/**
 * The modules of loaded strategies: a strategy's file and what it imports by relative paths. They are told from others by the
 * query `?v=` and the number of the load, which also makes Node read them anew each time.
 */
export class StrategyModules {
  #loads = 0;
  #isInstalled = false;
  /** Files by load, in the order of their loading, and who is told of each. */
  readonly #files = new Map<number, { readonly read: SourceFile[]; readonly onRead: (source: SourceFile) => void }>();

  /** The URL under which to import a strategy's file, to be read anew. */
  nextUrl(fileUrl: string, onRead: (source: SourceFile) => void): { readonly url: string; readonly load: number } {
    if (!this.#isInstalled) this.#install();
    this.#isInstalled = true;
    const load = ++this.#loads;
    this.#files.set(load, { read: [], onRead });
    return { url: `${fileUrl}?v=${load}`, load };
  }

  /** The files that a load read until now, and those that it looked for in vain. */
  filesOf(load: number): readonly SourceFile[] {
    return this.#files.get(load)?.read ?? [];
  }

  /** What a load reads from here on is not noted. */
  forget(load: number): void {
    this.#files.delete(load);
  }

  /** Hooks stay for the life of the process: whatever is imported later gets this copy of the package too. */
  #install(): void {
    const own = ownModules();
    registerHooks({
      resolve: (specifier, context, nextResolve) => {
        if (specifier === own.name || specifier.startsWith(`${own.name}/`))
          return ownModule(own, specifier, context.parentURL);
        const load = this.#loadOf(context.parentURL);
        if (load === undefined) return nextResolve(specifier, context);
        const resolved = explained(
          specifier,
          context.parentURL,
          () => nextResolve(specifier, context),
          (url) => this.#note(load, url),
        );
        return isStrategyFile(resolved.url, own) ? { ...resolved, url: `${resolved.url}?v=${load}` } : resolved;
      },
      load: (url, context, nextLoad) => {
        const load = this.#loadOf(url);
        if (load === undefined) return nextLoad(url, context);
        this.#note(load, url);
        // Without a package.json beside it, Node would first try such a file as CommonJS.
        const format = formatOf(url);
        return nextLoad(url, format === undefined ? context : { ...context, format });
      },
    });
  }

  /** Read before Node reads it, so that a change in between is noticed later instead of never. */
  #note(load: number, url: string): void {
    const noted = this.#files.get(load);
    if (noted === undefined) return;
    const file = pathOf(url);
    const source = { file, digest: digestOfFile(file) };
    noted.read.push(source);
    noted.onRead(source);
  }

  #loadOf(url: string | undefined): number | undefined {
    const load = Number(/^file:.*\?v=(\d+)$/.exec(url ?? '')?.[1]);
    return load >= 1 && load <= this.#loads ? load : undefined;
  }
}

function ownModule(own: OwnModules, specifier: string, parentUrl: string | undefined) {
  const url = own.urls.get(specifier);
  if (url !== undefined) return { url, shortCircuit: true };
  const known = [...own.urls.keys()];
  const message = `there is no "${specifier}"; there are ${known.join(', ')}${didYouMean(specifier, known)}`;
  throw new StrategyError('STRATEGY_BAD_IMPORT', message, {
    value: specifier,
    location: importPlace(specifier, parentUrl),
  });
}

/** What a strategy's file imports by a relative path, outside of this package and of installed ones. */
function isStrategyFile(url: string, own: OwnModules): boolean {
  return (
    url.startsWith('file:') && !url.includes('?') && !url.includes('/node_modules/') && !url.startsWith(own.folder)
  );
}

function formatOf(url: string): string | undefined {
  if (/\.m?ts\?/.test(url)) return 'module-typescript';
  return /\.m?js\?/.test(url) ? 'module' : undefined;
}

function explained<T>(
  specifier: string,
  parentUrl: string | undefined,
  resolve: () => T,
  onMissing: (url: string) => void,
): T {
  try {
    return resolve();
  } catch (error) {
    if (error instanceof StrategyError) throw error;
    if (isFilePath(specifier) && parentUrl !== undefined) onMissing(new URL(specifier, parentUrl).href);
    const message = `can't import "${specifier}": ${reasonOf(specifier, parentUrl, error)}`;
    const location = importPlace(specifier, parentUrl);
    throw new StrategyError('STRATEGY_BAD_IMPORT', message, { value: specifier, cause: error, location });
  }
}

function reasonOf(specifier: string, parentUrl: string | undefined, error: unknown): string {
  if (!isFilePath(specifier)) {
    const isMissing = messageOf(error).startsWith('Cannot find package');
    return isMissing ? 'that package is not installed where the file is' : messageOf(error);
  }
  const withoutExtension = specifier.replace(/\.[cm]?js$/, '');
  const named = [`${withoutExtension}.ts`, `${specifier}.ts`, `${specifier}.js`].find(
    (name) => parentUrl !== undefined && existsSync(fileURLToPath(new URL(name, parentUrl))),
  );
  return named === undefined ? 'there is no such file' : `there is no such file; did you mean "${named}"?`;
}

function isFilePath(specifier: string): boolean {
  return /^\.{0,2}\//.test(specifier);
}

/** The line in which a file names a module. */
function importPlace(specifier: string, parentUrl: string | undefined): SourceLocation | undefined {
  if (!parentUrl?.startsWith('file:')) return undefined;
  const file = pathOf(parentUrl);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  for (const quote of [`'`, `"`, '`']) {
    const index = lines.findIndex((line) => line.includes(quote + specifier + quote));
    if (index !== -1) return { file, line: index + 1, column: lines[index].indexOf(quote + specifier + quote) + 1 };
  }
  return { file };
}
