import { pathToFileURL } from 'node:url';
import { isStrategy } from './define-strategy.ts';
import { describeLoadError } from './describe-load-error.ts';
import { findStrategyFile } from './find-strategy-file.ts';
import { StrategyError } from './strategy-error.ts';
import { StrategyModules } from './strategy-modules.ts';
import type { AnyStrategy } from './strategy.ts';

const modules = new StrategyModules();

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
  const file = findStrategyFile(nameOrPath, options.searchPaths ?? []);
  const { url, load } = modules.nextUrl(pathToFileURL(file).href);
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(url);
  } catch (error) {
    throw await describeLoadError(error, file, modules.takeFiles(load));
  }
  modules.takeFiles(load);
  return defaultStrategy(exported, file);
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
