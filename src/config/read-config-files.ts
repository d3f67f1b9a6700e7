import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { type ParsedConfig, parseConfigText } from './assemble-config.ts';
import type { ConfigErrorCode, ConfigProblem } from './config-error.ts';
import { dottedKey, type JsonNode, nodeAt, type ObjectNode } from './json-node.ts';
import { readConfigFile, STANDARD_INPUT } from './read-config-file.ts';

/** Config files, and what kept some of them from being read. */
export interface ReadConfigs {
  /** In the order in which they are merged: the last one wins. */
  readonly parsed: readonly ParsedConfig[];
  readonly problems: readonly ConfigProblem[];
}

const KEY = 'add_config_files';

/** As many as freqtrade follows. */
const MOST_INCLUDE_LEVELS = 5;

/** Files that include others several times over would be a great many soon. */
const MOST_FILES = 100;

/**
 * Reads config files, and before each of them those that it names in `add_config_files`, which are relative to the folder that it
 * lies in. The list itself is not among what a file is said to hold.
 */
export async function readConfigFiles(paths: readonly string[]): Promise<ReadConfigs> {
  const reader = new ConfigReader();
  for (const path of paths) await reader.read(path, undefined, []);
  return reader;
}

class ConfigReader implements ReadConfigs {
  readonly parsed: ParsedConfig[] = [];
  readonly problems: ConfigProblem[] = [];
  #files = 0;

  /** @param entry where the file is named, if a file names it. @param around the files that it is included from, outermost first. */
  async read(path: string, entry: ConfigProblemPlace | undefined, around: readonly string[]): Promise<void> {
    if (entry !== undefined && ++this.#files > MOST_FILES) {
      if (this.#files === MOST_FILES + 1)
        this.#refuse(entry, 'CONFIG_INCLUDE_LIMIT', path, `at most ${MOST_FILES} files in all`);
      return;
    }
    const real = path === STANDARD_INPUT ? path : await realPath(path);
    if (entry !== undefined && around.includes(real)) {
      this.#refuse(entry, 'CONFIG_INCLUDE_LOOP', path, 'a file that does not include this one');
      return;
    }
    const read = await readConfigFile(path);
    if (!('text' in read)) {
      this.problems.push(entry === undefined ? read : included(read, entry));
      return;
    }
    const parsed = parseConfigText(read);
    await this.#readIncluded(parsed.root, path, [...around, real]);
    this.parsed.push(parsed.root === undefined ? parsed : { ...parsed, root: withoutList(parsed.root) });
  }

  async #readIncluded(root: ObjectNode | undefined, path: string, around: readonly string[]): Promise<void> {
    const list = root === undefined ? undefined : nodeAt(root, [KEY]);
    if (list === undefined) return;
    if (list.kind !== 'array') {
      this.#wrong(list, KEY, 'array of strings');
      return;
    }
    const folder = path === STANDARD_INPUT ? '.' : await folderOf(path);
    for (const [index, item] of list.items.entries()) {
      const key = dottedKey([KEY, index]);
      if (item.kind !== 'string' || item.value === '') {
        this.#wrong(item, key, 'string: the path of a config file, relative to this one');
      } else if (around.length > MOST_INCLUDE_LEVELS) {
        this.#refuse(
          { ...item.place, key },
          'CONFIG_INCLUDE_LIMIT',
          String(item.value),
          `at most ${MOST_INCLUDE_LEVELS} levels`,
        );
      } else {
        const named = String(item.value);
        await this.read(isAbsolute(named) ? named : join(folder, named), { ...item.place, key }, around);
      }
    }
  }

  #wrong(node: JsonNode, key: string, allowed: string): void {
    const found = node.kind === 'string' ? 'string ""' : node.kind;
    const message = `expected ${allowed}, found ${found}`;
    this.problems.push({ ...node.place, code: 'CONFIG_INVALID_VALUE', key, found, allowed, message });
  }

  #refuse(entry: ConfigProblemPlace, code: ConfigErrorCode, path: string, allowed: string): void {
    const what = code === 'CONFIG_INCLUDE_LOOP' ? 'includes itself' : 'would be one too many, or too deep';
    const message = `${path} ${what}; allowed: ${allowed}`;
    this.problems.push({ ...entry, code, found: path, allowed, message });
  }
}

type ConfigProblemPlace = Pick<ConfigProblem, 'file' | 'line' | 'column' | 'key'>;

/** What is wrong with a file as a whole is told where the file is named; what is wrong at a place in it, there. */
function included(problem: ConfigProblem, entry: ConfigProblemPlace): ConfigProblem {
  return problem.line > 1 || problem.column > 1
    ? problem
    : { ...problem, ...entry, message: `${problem.file}: ${problem.message}` };
}

function withoutList(root: ObjectNode): ObjectNode {
  if (!root.members.has(KEY)) return root;
  return { ...root, members: new Map([...root.members].filter(([name]) => name !== KEY)) };
}

async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return resolve(path);
  }
}

/** Where the file lies itself, if the path leads to a link to it. */
async function folderOf(path: string): Promise<string> {
  const real = await realPath(path);
  return real === resolve(path) ? dirname(path) : dirname(real);
}
