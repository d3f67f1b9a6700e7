import type { ConfigProblem, Place } from './config-error.ts';
import {
  dottedKey,
  type JsonNode,
  type KeyPath,
  MOST_LEVELS,
  nodeAt,
  nodeOf,
  type ObjectNode,
  withMember,
} from './json-node.ts';
import { caseOf, isForeign, settingAt, type SettingSchema, takesKind } from './setting-schema.ts';

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A config with what was laid on it. */
export interface Overlaid {
  readonly root: ObjectNode;
  readonly problems: readonly ConfigProblem[];
}

/** In the order in which they are laid on: where both set a value, Candlecast's own wins. */
const PREFIXES = ['FREQTRADE__', 'CANDLECAST__'] as const;

/**
 * `root` with the settings of the environment laid on it, as freqtrade does: `FREQTRADE__API_SERVER__LISTEN_PORT=8081` sets
 * `api_server.listen_port`. Names are matched without regard to case. Text becomes a number, a boolean or a list where it reads as
 * one, and stays text where the setting wants text; a JSON object is taken where the setting is an object. Beyond freqtrade, a
 * number as a part of the name is the position in a list that a file has: of an entry to change, or behind the last one.
 */
export function overlayEnvironment(root: ObjectNode, environment: Environment): Overlaid {
  const problems: ConfigProblem[] = [];
  let result = root;
  for (const prefix of PREFIXES) {
    const names = Object.keys(environment).filter((name) => name.startsWith(prefix));
    for (const name of names.sort()) {
      const place: Place = { file: name, line: 1, column: 1, origin: 'environment' };
      const parts = name.slice(prefix.length).split('__');
      const path = parts.length > MOST_LEVELS ? [] : pathOf(result, parts);
      const problem = parts.length > MOST_LEVELS ? tooDeep(place) : missingEntry(result, path, place);
      if (problem === undefined)
        result = setAt(result, path, () => typedNode(environment[name] ?? '', path, place, result));
      else problems.push(problem);
    }
  }
  return { root: result, problems };
}

/** `root` with the settings of command-line options laid on it, by dotted key. */
export function overlayOptions(root: ObjectNode, options: Readonly<Record<string, unknown>>): ObjectNode {
  let result = root;
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const place: Place = { file: 'the command line', line: 1, column: 1, origin: 'command line' };
    result = setAt(result, key.split('.'), () => nodeOf(value, place));
  }
  return result;
}

function tooDeep(place: Place): ConfigProblem {
  const allowed = `at most ${MOST_LEVELS} parts`;
  const message = `the name has too many parts; allowed: ${allowed}`;
  return { ...place, code: 'CONFIG_TOO_DEEP', key: '', found: 'more', allowed, message };
}

/** What is wrong with a path that goes through an entry of a list which is not there, or not so long. */
function missingEntry(root: ObjectNode, path: KeyPath, place: Place): ConfigProblem | undefined {
  const end = path.findIndex((step, index) => isEntryName(step) && takesList(path.slice(0, index), root));
  if (end < 0) return undefined;
  const list = nodeAt(root, path.slice(0, end));
  const count = list?.kind === 'array' ? list.items.length : 0;
  const parts = place.file.split('__');
  const whole = parts.slice(0, end + 1).join('__');
  const allowed =
    list?.kind === 'array'
      ? `${count === 0 ? '' : `0${count === 1 ? '' : ` to ${count - 1}`}, or `}${count} for a new one behind the last`
      : `an entry of a list in a file, or the whole list as JSON in ${whole}`;
  const has = list?.kind === 'array' ? `the list has ${count}` : 'no file has this list';
  const message = `there is no entry ${path[end]} to change, since ${has}; allowed: ${allowed}`;
  const key = dottedKey(path.slice(0, end + 1));
  return { ...place, code: 'CONFIG_NO_SUCH_ENTRY', key, found: `entry ${path[end]}`, allowed, message };
}

/** A position that `pathOf` has found no list for. */
function isEntryName(step: string | number): boolean {
  return typeof step === 'string' && /^\d+$/.test(step);
}

function takesList(path: KeyPath, root: ObjectNode): boolean {
  const { type, anyOf = [] } = settingAt(path, root) ?? {};
  return [{ type }, ...anyOf].some((each) => each.type === 'array');
}

/** The names as the settings spell them. Of ccxt's options, which no schema knows, the last part keeps its case, as in freqtrade. */
function pathOf(root: ObjectNode, parts: readonly string[]): KeyPath {
  const path: (string | number)[] = [];
  for (const [index, part] of parts.entries()) {
    const node = nodeAt(root, path);
    const setting = caseOf(settingAt(path, root) ?? {}, node);
    if (node?.kind === 'array' && /^\d{1,4}$/.test(part) && Number(part) <= node.items.length) path.push(Number(part));
    else path.push(spelled(part, setting, { isForeign: isForeign(path), isLast: index === parts.length - 1 }));
  }
  return path;
}

function spelled(
  part: string,
  setting: SettingSchema,
  { isForeign, isLast }: { readonly isForeign: boolean; readonly isLast: boolean },
): string {
  const lower = part.toLowerCase();
  const known = Object.keys(setting.properties ?? {}).find((name) => name.toLowerCase() === lower);
  return known ?? (isForeign && isLast ? part : lower);
}

/** `root` with a value at `path`; objects on the way are made where there are none. */
function setAt(root: ObjectNode, path: KeyPath, make: (path: KeyPath) => JsonNode): ObjectNode {
  const value = make(path);
  const set = (node: JsonNode | undefined, rest: KeyPath): JsonNode => {
    const [step, ...further] = rest;
    if (step === undefined) return merged(node, value);
    if (node?.kind === 'array' && typeof step === 'number') {
      const items = [...node.items];
      items[step] = set(items[step], further);
      return { ...node, items };
    }
    const object: ObjectNode =
      node?.kind === 'object' ? node : { kind: 'object', place: value.place, members: new Map() };
    return withMember(object, String(step), set(object.members.get(String(step))?.value, further));
  };
  const result = set(root, path);
  return result.kind === 'object' ? result : root;
}

/** An object is merged with what was there; anything else takes its place. */
function merged(before: JsonNode | undefined, value: JsonNode): JsonNode {
  if (before?.kind !== 'object' || value.kind !== 'object') return value;
  return { ...before, members: new Map([...before.members, ...value.members]) };
}

/** Passwords and chat ids stay text whatever they look like, in freqtrade too. */
const NEVER_TYPED = new Set(['CHAT_ID', 'PASSWORD']);

function typedNode(raw: string, path: KeyPath, place: Place, root: ObjectNode): JsonNode {
  const lastPart = place.file.slice(place.file.lastIndexOf('__') + 2);
  const typed = nodeOf(NEVER_TYPED.has(lastPart) ? raw : typedText(raw), place);
  const setting = settingAt(path, root);
  if (setting === undefined || takesKind(setting, typed.kind)) return typed;
  if (takesKind(setting, 'string')) return nodeOf(raw, place);
  if (!takesKind(setting, 'object')) return typed;
  const object = nodeOf(parsedJson(raw), place);
  return object.kind === 'object' ? object : typed;
}

// What Python's int() and float() take, in ASCII.
const INTEGER = /^\s*[+-]?\d+(?:_\d+)*\s*$/;
const FLOAT = /^\s*[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?\s*$/i;
const NOT_FINITE = /^\s*([+-]?)(?:(inf(?:inity)?)|nan)\s*$/i;

/** What freqtrade reads a variable's text as: a number, a boolean, a list or the text itself. */
export function typedText(raw: string): unknown {
  if (INTEGER.test(raw) || FLOAT.test(raw)) return Number(raw.replaceAll('_', ''));
  const special = NOT_FINITE.exec(raw);
  if (special !== null) return special[2] === undefined ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  const word = raw.toLowerCase();
  if (word === 't' || word === 'true') return true;
  if (word === 'f' || word === 'false') return false;
  const json = parsedJson(raw);
  return Array.isArray(json) ? json : raw;
}

function parsedJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}
