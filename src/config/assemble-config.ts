import { checkKeys, isSettingName, type KeyNotes } from './check-keys.ts';
import { checkValues } from './check-values.ts';
import { ConfigError, type ConfigProblem, type Place } from './config-error.ts';
import { type Config, configSchema } from './config-schema.ts';
import { flattenConfig } from './flatten-config.ts';
import { dottedKey, mergeObjects, nodeAt, type ObjectNode, plainValue, withMember } from './json-node.ts';
import { parseJsonc } from './parse-jsonc.ts';

/** A config file's content. `file` is its name in messages. */
export interface ConfigText {
  readonly text: string;
  readonly file: string;
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
  /** What is wrong in a section that is switched off, and so stops nothing yet. */
  readonly warnings: readonly ConfigProblem[];
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
 * @param problems what went wrong before, to be listed with the rest.
 * @throws ConfigError with every problem of every text.
 */
export function assembleConfig(texts: readonly ConfigText[], problems: readonly ConfigProblem[] = []): LoadedConfig {
  const parsed = texts.map((text) => parseText(text));
  const found = [...problems, ...parsed.flatMap((each) => each.problems)];
  const roots = parsed.flatMap(({ root }) => (root === undefined ? [] : [root]));
  // Where a file is missing or broken, the others would only seem to lack what stands in it.
  if (problems.length > 0 || roots.length < texts.length) throw failure(found, texts);

  const files = texts.map((text) => text.file);
  const start = emptyObject(roots[0]?.place ?? NOWHERE);
  const written = withDatadir(roots.reduce(mergeObjects, start));
  const effective = withoutDisabled(written);
  const refused = checkValues(effective);
  if (found.length > 0 || refused.length > 0) throw failure([...found, ...refused], texts);
  const config: Config = configSchema.parse(plainValue(effective));
  const warnings = effective === written ? [] : checkValues(written);
  return { config, files, sources: sourcesOf(config, effective), warnings, ...checkKeys(written) };
}

/** Where a setting would stand when no file is given. */
const NOWHERE: Place = { file: 'config', line: 1, column: 1 };

function parseText({ text, file }: ConfigText): ReturnType<typeof parseJsonc> {
  if (text.length <= MAX_CONFIG_SIZE) return parseJsonc(text.replace(/^\uFEFF/, ''), file, isSettingName);
  return { root: undefined, problems: [tooLarge(file)] };
}

/** The problem of a config larger than `MAX_CONFIG_SIZE`. */
export function tooLarge(file: string): ConfigProblem {
  const allowed = `at most ${MAX_CONFIG_SIZE} bytes`;
  const message = `the file is too large for a config; allowed: ${allowed}`;
  return { file, line: 1, column: 1, code: 'CONFIG_TOO_LARGE', key: '', found: 'more', allowed, message };
}

/** Makes the error of a list that the caller knows not to be empty, in the order of the files and their lines. */
function failure(problems: readonly ConfigProblem[], texts: readonly ConfigText[]): ConfigError {
  const order = new Map(texts.map(({ file }, index) => [file, index]));
  const rank = ({ file }: ConfigProblem) => order.get(file) ?? -1;
  const [first, ...rest] = problems.toSorted((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
  return new ConfigError([first, ...rest]);
}

/** Where recorded candles have no folder of their own, theirs is the `datadir` at the top, as in freqtrade. */
function withDatadir(root: ObjectNode): ObjectNode {
  const datadir = nodeAt(root, ['datadir']);
  const exchange = nodeAt(root, ['exchange']);
  if (datadir?.kind !== 'string' || exchange?.kind !== 'object') return root;
  const name = nodeAt(exchange, ['name']);
  const isRecorded = name?.kind === 'string' && name.value === 'recorded';
  const section = nodeAt(exchange, ['recorded']) ?? (isRecorded ? emptyObject(datadir.place) : undefined);
  if (section?.kind !== 'object' || section.members.has('datadir')) return root;
  return withMember(root, 'exchange', withMember(exchange, 'recorded', withMember(section, 'datadir', datadir)));
}

function emptyObject(place: Place): ObjectNode {
  return { kind: 'object', place, members: new Map() };
}

/** A consumer that is not enabled is as if nothing else stood in its section, which freqtrade promises too. */
function withoutDisabled(root: ObjectNode): ObjectNode {
  const key = 'external_message_consumer';
  const section = nodeAt(root, [key]);
  if (section?.kind !== 'object') return root;
  const enabled = section.members.get('enabled');
  const isOff = enabled === undefined || (enabled.value.kind === 'boolean' && enabled.value.value === false);
  if (!isOff) return root;
  const members = new Map(enabled === undefined ? [] : [['enabled', enabled] as const]);
  return withMember(root, key, { ...section, members });
}

function sourcesOf(config: Config, root: ObjectNode): ReadonlyMap<string, ValueSource> {
  return new Map(
    flattenConfig(config).map(({ path }): [string, ValueSource] => [
      dottedKey(path),
      nodeAt(root, path)?.place ?? 'default',
    ]),
  );
}
