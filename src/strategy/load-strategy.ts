import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { isStrategy } from './define-strategy.ts';
import { describeLoadError } from './describe-load-error.ts';
import { findStrategyFile } from './find-strategy-file.ts';
import { ABSENT, type SourceFile } from './source-file.ts';
import { StrategyError } from './strategy-error.ts';
import { StrategyModules } from './strategy-modules.ts';
import type { AnyStrategy } from './strategy.ts';

const modules = new StrategyModules();

/** What came of loading a file, with what was read for it. */
export type LoadAttempt =
  | { readonly status: 'loaded'; readonly strategy: AnyStrategy; readonly files: readonly SourceFile[] }
  | { readonly status: 'failed'; readonly error: StrategyError; readonly files: readonly SourceFile[] };

/** The file that was loaded, which is not always the one that calls `defineStrategy`, and all files that it was made of. */
export interface StrategySources {
  readonly file: string;
  readonly files: readonly SourceFile[];
}

const sources = new WeakMap<AnyStrategy, StrategySources>();

/**
 * Loads a strategy from its TypeScript or JavaScript file, anew each time, so that a changed file takes effect. The file may lie
 * anywhere: its imports of this package get the running copy. Node only.
 *
 * @param nameOrPath A path, or a name such as `ProducerStrategy`, to be found as `ProducerStrategy.ts` or `producer-strategy.ts`.
 * @throws StrategyError STRATEGY_NOT_FOUND, STRATEGY_PYTHON, STRATEGY_UNREADABLE, STRATEGY_SYNTAX, STRATEGY_UNSUPPORTED_TYPESCRIPT,
 *   STRATEGY_BAD_IMPORT, STRATEGY_LOAD_THREW, STRATEGY_NO_DEFAULT_EXPORT, STRATEGY_NOT_DEFINED, STRATEGY_BAD_DEFINITION; with the
 *   place in the file where there is one.
 */
export async function loadStrategy(
  nameOrPath: string,
  options: { readonly searchPaths?: readonly string[] } = {},
): Promise<AnyStrategy> {
  const attempt = await attemptLoad(findStrategyFile(nameOrPath, options.searchPaths ?? []));
  if (attempt.status === 'failed') throw attempt.error;
  return attempt.strategy;
}

/**
 * Loads a file as `loadStrategy` does, with the error as a value.
 *
 * @param file an absolute path.
 * @param onRead told of each file before anything in it runs.
 */
export async function attemptLoad(file: string, onRead: (source: SourceFile) => void = () => {}): Promise<LoadAttempt> {
  let realFile: string;
  try {
    // Node remembers where a link led to.
    realFile = realpathSync(findStrategyFile(file, []));
  } catch (error) {
    return { status: 'failed', error: await describeLoadError(error, file, []), files: [] };
  }
  const { url, load } = modules.nextUrl(pathToFileURL(realFile).href, onRead);
  try {
    const strategy = defaultStrategy(await import(url), file);
    const files = modules.filesOf(load);
    sources.set(strategy, { file, files });
    return { status: 'loaded', strategy, files };
  } catch (error) {
    const files = modules.filesOf(load);
    const paths = files.filter(({ digest }) => digest !== ABSENT).map((source) => source.file);
    return { status: 'failed', error: await describeLoadError(error, file, paths), files };
  } finally {
    modules.forget(load);
  }
}

/** What a strategy that `loadStrategy` returned was made of; undefined for any other. */
export function sourcesOf(strategy: AnyStrategy): StrategySources | undefined {
  return sources.get(strategy);
}

function defaultStrategy(exported: Readonly<Record<string, unknown>>, file: string): AnyStrategy {
  const value = exported.default;
  if (isStrategy(value)) return value;
  const location = { file };
  if (value === undefined) {
    const message = `there is no default export${namedExports(exported)}; a strategy file has export default defineStrategy({ … })`;
    throw new StrategyError('STRATEGY_NO_DEFAULT_EXPORT', message, { value: Object.keys(exported), location });
  }
  const message = `the default export is ${describe(value)} that defineStrategy did not make; write export default defineStrategy({ … })`;
  throw new StrategyError('STRATEGY_NOT_DEFINED', message, { value, location });
}

function namedExports(exported: Readonly<Record<string, unknown>>): string {
  const strategy = Object.entries(exported).find(([, value]) => isStrategy(value));
  if (strategy) return `, but a strategy is exported as "${strategy[0]}"`;
  const names = Object.keys(exported);
  return names.length === 0 ? ' and no other' : `, only ${names.join(', ')}`;
}

function describe(value: unknown): string {
  if (typeof value === 'function') return /^class\b/.test(String(value)) ? 'a class' : 'a function';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
