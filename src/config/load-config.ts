import { assembleParsed, type LoadedConfig, mergeParsed } from './assemble-config.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { plainValue, type ObjectNode } from './json-node.ts';
import { type Environment, overlayEnvironment, overlayOptions } from './overlay-values.ts';
import { readConfigFiles } from './read-config-files.ts';

/** What goes into a config besides its files, each winning over the one before. */
export interface LoadConfigOptions {
  /** `FREQTRADE__A__B` and `CANDLECAST__A__B` set `a.b`. Pass `process.env`; without it, no variable is read. */
  readonly environment?: Environment;
  /** Settings by dotted key, from options of the command line. What is undefined is left out. */
  readonly commandLine?: Readonly<Record<string, unknown>>;
}

/**
 * Reads config files with those that they name in `add_config_files`, and merges them as freqtrade does with several `-c`: objects
 * key by key, the later file wins, arrays are replaced, and a file wins over those that it names. The environment wins over files.
 * Without a file, every setting has its default.
 *
 * @param paths of files; `-` is the standard input.
 * @throws ConfigError with every problem of every file and variable.
 */
export async function loadConfig(paths: readonly string[], options: LoadConfigOptions = {}): Promise<LoadedConfig> {
  const { parsed, problems } = await readConfigFiles(paths);
  return assembleParsed(parsed, { problems, overlay: (root) => overlay(root, options) });
}

/**
 * What files and environment say, merged, before any of it is checked.
 *
 * @throws ConfigError where a file can't be read.
 */
export async function mergeConfigFiles(paths: readonly string[], options: LoadConfigOptions = {}): Promise<unknown> {
  const { parsed, problems } = await readConfigFiles(paths);
  const [first, ...rest] = [...problems, ...parsed.flatMap((each) => each.problems)];
  if (first !== undefined) throw new ConfigError([first, ...rest]);
  return plainValue(overlay(mergeParsed(parsed), options).root);
}

function overlay(
  root: ObjectNode,
  { environment = {}, commandLine = {} }: LoadConfigOptions,
): { readonly root: ObjectNode; readonly problems: readonly ConfigProblem[] } {
  const overlaid = overlayEnvironment(root, environment);
  return { root: overlayOptions(overlaid.root, commandLine), problems: overlaid.problems };
}
