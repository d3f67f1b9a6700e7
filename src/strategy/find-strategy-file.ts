import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { didYouMean, nearestName } from '../util/nearest-name.ts';
import { listText } from '../util/list-text.ts';
import { StrategyError } from './strategy-error.ts';

const extensions = ['.ts', '.mts', '.js', '.mjs'] as const;

/** More names than this in a message help nobody. */
const MOST_NAMES_LISTED = 20;

/** Longer files are no strategies, but what some tool made. */
const MOST_BYTES = 1_000_000;

/**
 * The file of a strategy, as an absolute path: the path itself, or the name, also in kebab-case, with one of the endings .ts, .mts, .js and .mjs,
 * in the first of the search paths that has it.
 *
 * @throws StrategyError STRATEGY_NOT_FOUND with the names there are, STRATEGY_PYTHON.
 */
export function findStrategyFile(nameOrPath: string, searchPaths: readonly string[]): string {
  const places = isPath(nameOrPath) ? [''] : searchPaths;
  const found = [...candidates(nameOrPath, places)].find(isFile);
  if (found !== undefined && extname(found) !== '.py') return resolve(found);
  if (found !== undefined) throw pythonFile(found);
  throw isPath(nameOrPath) ? pathNotFound(nameOrPath) : nameNotFound(nameOrPath, searchPaths);
}

/** The names of the strategy files of a folder, which are all of TypeScript and JavaScript but declarations and tests; in order. */
export function strategyFilesIn(folder: string): string[] {
  const isStrategyFile = (file: string) =>
    extensions.some((extension) => file.endsWith(extension)) && !/^\.|\.(?:d|test)\.\w+$/.test(file);
  return readdirSync(folder)
    .filter((file) => isStrategyFile(file) && isFile(join(folder, file)))
    .sort();
}

/** The files of a folder that a name stands for, best first: what `findStrategyFile` would take is the first one. */
export function strategyFilesNamed(name: string, folder: string): string[] {
  const files = namesOf(name).filter((file) => extname(file) !== '.py');
  return files.map((file) => join(folder, file)).filter(isFile);
}

/** `ProducerStrategy` as `producer-strategy`. */
export function kebabCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}

function isPath(text: string): boolean {
  return /[/\\]/.test(text);
}

/** Paths to try, best first; a Python file of the name last, to say what it is. */
function* candidates(name: string, places: readonly string[]): Generator<string> {
  const hasExtension = [...extensions, '.py'].some((extension) => name.endsWith(extension));
  const names = hasExtension ? [name] : namesOf(name);
  if (hasExtension && !isPath(name)) yield name;
  for (const place of places) for (const file of names) yield join(place, file);
}

function namesOf(name: string): string[] {
  const bases = [...new Set([name, isPath(name) ? name : kebabCase(name)])];
  const python = bases.flatMap((base) => [`${base}.py`, `${base.replaceAll('-', '_')}.py`]);
  return [...bases.flatMap((base) => extensions.map((extension) => base + extension)), ...python];
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function pythonFile(path: string): StrategyError {
  const message = `${path} is a Python strategy; here strategies are TypeScript: translate it to ${basename(path, '.py')}.ts, with export default defineStrategy({ … })`;
  return new StrategyError('STRATEGY_PYTHON', message, { value: path });
}

function pathNotFound(path: string): StrategyError {
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  const what = isFolder ? `${path} is a folder, not a strategy file` : `there is no strategy file ${resolve(path)}`;
  const folder = isFolder ? path : join(path, '..');
  const names = existsSync(folder) ? strategyFilesIn(folder) : [];
  const has = existsSync(folder) ? `; ${folder} has ${list(names)}` : `; there is no folder ${folder}`;
  return new StrategyError('STRATEGY_NOT_FOUND', what + has + didYouMean(basename(path), names), { value: path });
}

function nameNotFound(name: string, searchPaths: readonly string[]): StrategyError {
  const folders = searchPaths.map((path) => ({ path, names: existsSync(path) ? strategiesIn(path) : undefined }));
  const looked = folders.map(({ path, names }) =>
    names ? `${path} has ${list(names)}` : `there is no folder ${path}`,
  );
  const known = folders.flatMap(({ names }) => names ?? []).map((file) => basename(file, extname(file)));
  const where = looked.length === 0 ? 'no folder was given to look in' : looked.join('; ');
  const message = `there is no strategy "${name}": ${where}${suggestion(name, known)}`;
  return new StrategyError('STRATEGY_NOT_FOUND', message, { value: name });
}

/** Where the program was started there are all kinds of files: there, only those that name `defineStrategy`. */
function strategiesIn(folder: string): string[] {
  const files = strategyFilesIn(folder);
  return resolve(folder) === resolve('.') ? files.filter((file) => namesDefineStrategy(join(folder, file))) : files;
}

function namesDefineStrategy(file: string): boolean {
  try {
    return statSync(file).size <= MOST_BYTES && readFileSync(file, 'utf8').includes('defineStrategy');
  } catch {
    return false;
  }
}

/** The nearest of the files, in the spelling of the name where that leads to it. */
function suggestion(name: string, files: readonly string[]): string {
  const ending = extensions.find((extension) => name.endsWith(extension)) ?? '';
  const asked = kebabCase(name.slice(0, name.length - ending.length));
  const nearest = nearestName(asked, files.map(kebabCase));
  const file = files.find((each) => kebabCase(each) === nearest);
  if (file === undefined) return '';
  return `; did you mean "${ending === '' ? inSpellingOf(name, file) : file + ending}"?`;
}

function inSpellingOf(name: string, file: string): string {
  const words = file.split('-');
  const spelt = /[A-Z]/.test(name)
    ? words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')
    : words.join(name.includes('_') ? '_' : '-');
  return kebabCase(spelt) === file ? spelt : file;
}

function list(names: readonly string[]): string {
  if (names.length === 0) return 'no strategy files';
  return listText(names, MOST_NAMES_LISTED);
}
