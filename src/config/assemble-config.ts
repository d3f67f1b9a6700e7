import { checkKeys, isSettingName, type KeyNotes } from './check-keys.ts';
import { checkValues } from './check-values.ts';
import { ConfigError, type ConfigProblem, type Place } from './config-error.ts';
import { type Config, configSchema } from './config-schema.ts';
import { flattenConfig } from './flatten-config.ts';
import { dottedKey, mergeObjects, nodeAt, type ObjectNode, plainValue } from './json-node.ts';
import { parseJsonc } from './parse-jsonc.ts';
import { emptyObject, settleTree, withoutDisabled } from './settle-tree.ts';

/** A config file's content. `file` is its name in messages. */
export interface ConfigText {
  readonly text: string;
  readonly file: string;
}

/** What a file holds, or why that can't be told. */
export interface ParsedConfig {
  readonly file: string;
  /** Undefined when `problems` has a syntax error. */
  readonly root: ObjectNode | undefined;
  readonly problems: readonly ConfigProblem[];
  /** What stops nothing. */
  readonly warnings: readonly ConfigProblem[];
}

/** Where a value comes from. */
export type ValueSource = Place | 'default';

/** A config with what is known of its making. */
export interface LoadedConfig extends KeyNotes {
  readonly config: Config;
  /** In the order in which they were merged: the last one wins. */
  readonly files: readonly string[];
  /** For each dotted key of the effective config. A list of plain values is one key, as `exchange.pair_whitelist`. */
  readonly sources: ReadonlyMap<string, ValueSource>;
  /** What stops nothing: keys that stand twice (CONFIG_DUPLICATE_KEY), and what is wrong in a section that is switched off. */
  readonly warnings: readonly ConfigProblem[];
}

/** What goes into a config besides its files. */
export interface AssembleOptions {
  /** What went wrong before, to be listed with the rest. */
  readonly problems?: readonly ConfigProblem[];
  /** Lays further settings on the merged files. */
  readonly overlay?: (root: ObjectNode) => { readonly root: ObjectNode; readonly problems: readonly ConfigProblem[] };
}

/** The most that is read of one config: 1 MiB, in bytes of a file or UTF-16 code units of a text. */
export const MAX_CONFIG_SIZE = 2 ** 20;

/**
 * Reads one config.
 *
 * @param file its name in messages.
 * @throws ConfigError with every problem.
 */
export function parseConfig(text: string, file: string): Config {
  return assembleConfig([{ text, file }]).config;
}

/**
 * Reads several configs and merges them in order: objects key by key, the later one wins, arrays are replaced.
 *
 * @throws ConfigError with every problem of every text.
 */
export function assembleConfig(texts: readonly ConfigText[]): LoadedConfig {
  return assembleParsed(texts.map(parseConfigText));
}

/**
 * Merges configs in order, lays further settings on them, checks the result and fills in the defaults.
 *
 * @throws ConfigError with every problem of every config.
 */
export function assembleParsed(parsed: readonly ParsedConfig[], options: AssembleOptions = {}): LoadedConfig {
  const { problems = [], overlay = (root) => ({ root, problems: [] }) } = options;
  const found = [...problems, ...parsed.flatMap((each) => each.problems)];
  const files = parsed.map(({ file }) => file);
  // Where a file is missing or broken, the others would only seem to lack what stands in it.
  if (problems.length > 0 || parsed.some(({ root }) => root === undefined)) throw failure(found, files);

  const overlaid = overlay(mergeParsed(parsed));
  found.push(...overlaid.problems);
  const written = settleTree(overlaid.root);
  const effective = withoutDisabled(written);
  const refused = checkValues(effective);
  if (found.length > 0 || refused.length > 0) throw failure([...found, ...refused], files);
  const config: Config = configSchema.parse(plainValue(effective));
  const warnings = [...parsed.flatMap((each) => each.warnings), ...(effective === written ? [] : checkValues(written))];
  return { config, files, sources: sourcesOf(config, effective), warnings, ...checkKeys(written) };
}

/** The configs in one, as their files have them. */
export function mergeParsed(parsed: readonly ParsedConfig[]): ObjectNode {
  const roots = parsed.flatMap(({ root }) => (root === undefined ? [] : [root]));
  return roots.reduce(mergeObjects, emptyObject(roots[0]?.place ?? NOWHERE));
}

/** Where a setting would stand when no file is given. */
const NOWHERE: Place = { file: 'config', line: 1, column: 1 };

/** Reads one file's text, without a look at its settings. */
export function parseConfigText({ text, file }: ConfigText): ParsedConfig {
  if (text.length > MAX_CONFIG_SIZE) return { file, root: undefined, problems: [tooLarge(file)], warnings: [] };
  return { file, ...parseJsonc(text.replace(/^\uFEFF/, ''), file, isSettingName) };
}

/** The problem of a config larger than `MAX_CONFIG_SIZE`. */
export function tooLarge(file: string): ConfigProblem {
  const allowed = `at most ${MAX_CONFIG_SIZE} bytes`;
  const message = `the file is too large for a config; allowed: ${allowed}`;
  return { file, line: 1, column: 1, code: 'CONFIG_TOO_LARGE', key: '', found: 'more', allowed, message };
}

/** Makes the error of a list that the caller knows not to be empty, in the order of the files and their lines. */
function failure(problems: readonly ConfigProblem[], files: readonly string[]): ConfigError {
  const order = new Map(files.map((file, index) => [file, index]));
  const rank = ({ file }: ConfigProblem) => order.get(file) ?? -1;
  const [first, ...rest] = problems.toSorted((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
  return new ConfigError([first, ...rest]);
}

function sourcesOf(config: Config, root: ObjectNode): ReadonlyMap<string, ValueSource> {
  return new Map(
    flattenConfig(config).map(({ path }): [string, ValueSource] => [
      dottedKey(path),
      nodeAt(root, path)?.place ?? 'default',
    ]),
  );
}
