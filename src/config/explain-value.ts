import { nearestName } from '../util/nearest-name.ts';
import type { ConfigProblem } from './config-error.ts';
import { dottedKey, type JsonNode, type KeyPath, nearestNode, nodeAt, type ObjectNode } from './json-node.ts';
import { HIDDEN, withoutCredentials } from './redact-value.ts';
import {
  allowedWords,
  caseOf,
  mayHoldSecret,
  rangeWords,
  type SettingSchema,
  settingAt,
  typeWords,
} from './setting-schema.ts';

/** Strings longer than this are cut in messages. */
const LONGEST_SHOWN_TEXT = 60;

/** Says what is wrong with the value at `path`, which the schema refuses, from what the schema knows of it. */
export function explainValue(root: ObjectNode, path: KeyPath): ConfigProblem {
  const setting = settingAt(path, root) ?? {};
  const key = dottedKey(path);
  const allowed = allowedWords(setting);
  const node = nodeAt(root, path);
  if (node === undefined) return explainMissing(root, path, setting, allowed);
  const found = foundWords(node, mayHoldSecret(path));
  if (node.kind === 'string' && setting.notYet?.includes(String(node.value))) {
    const message = `${JSON.stringify(node.value)} is not supported yet; allowed: ${allowed}`;
    return { ...node.place, code: 'CONFIG_UNSUPPORTED_VALUE', key, found, allowed, message };
  }
  const range = rangeWords(setting);
  const hint = node.kind === 'string' && !mayHoldSecret(path) ? meantValue(String(node.value), setting) : '';
  const message = `expected ${typeWords(setting)}, found ${found}${range === undefined ? '' : `; allowed: ${range}`}${hint}`;
  return { ...node.place, code: 'CONFIG_INVALID_VALUE', key, found, allowed, message };
}

/** A hint at the one of a few values that may have been meant. */
function meantValue(text: string, { enum: allowed = [], notYet = [] }: SettingSchema): string {
  if (text.length > LONGEST_SHOWN_TEXT) return '';
  const values = allowed.filter((value) => typeof value === 'string' && value !== '').map(String);
  const nearest = values.length === 0 ? undefined : nearestName(text, [...values, ...notYet]);
  if (nearest === undefined) return '';
  return `; did you mean "${nearest}"${notYet.includes(nearest) ? ', which is not supported yet' : ''}?`;
}

function explainMissing(root: ObjectNode, path: KeyPath, setting: SettingSchema, allowed: string): ConfigProblem {
  const parent = nearestNode(root, path);
  const range = rangeWords(setting);
  const misspelt = misspeltKey(root, parent, path);
  const message = `expected ${typeWords(setting)}, found nothing${range === undefined ? '' : `; allowed: ${range}`}${misspelt}`;
  const key = dottedKey(path);
  return { ...parent.place, code: 'CONFIG_MISSING_VALUE', key, found: 'nothing', allowed, message };
}

/** A hint at a key beside the missing one that may have been meant for it. */
function misspeltKey(root: ObjectNode, parent: JsonNode, path: KeyPath): string {
  if (parent.kind !== 'object') return '';
  const known = caseOf(settingAt(path.slice(0, -1), root) ?? {}, parent).properties ?? {};
  const unknown = Array.from(parent.members.keys()).filter((name) => !Object.hasOwn(known, name) && name.length < 40);
  const nearest = nearestName(String(path.at(-1)), unknown.slice(0, 100));
  const place = nearest === undefined ? undefined : parent.members.get(nearest)?.keyPlace;
  return place === undefined ? '' : `; is ${JSON.stringify(nearest)} at ${place.line}:${place.column} meant for it?`;
}

/** `string "8080"`, `number 5`, `null`, `object`; only the type where the value is a secret. */
function foundWords(node: JsonNode, hide: boolean): string {
  if (node.kind === 'object' || node.kind === 'array' || node.kind === 'null') return node.kind;
  if (node.value === '') return 'string ""';
  if (hide) return `${node.kind} ${HIDDEN}`;
  return `${node.kind} ${typeof node.value === 'string' ? shownText(node.value) : String(node.value)}`;
}

/** A quoted, cut string. Credentials in addresses are hidden: a whole one is easily pasted where a host belongs. */
export function shownText(text: string): string {
  const safe = withoutCredentials(text);
  return JSON.stringify(safe.length > LONGEST_SHOWN_TEXT ? `${safe.slice(0, LONGEST_SHOWN_TEXT)}…` : safe);
}
