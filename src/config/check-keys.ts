import { nearestName } from '../util/nearest-name.ts';
import type { Place } from './config-error.ts';
import { dottedKey, type JsonNode, type KeyPath, type ObjectNode } from './json-node.ts';
import { caseOf, rootSetting, type SettingSchema } from './setting-schema.ts';
import { filesAlone, settingsWithoutEffect, unsupportedKeys } from './unsupported-keys.ts';

/** A remark on a key that does not stop the loading. `line` and `column` are the key's own. */
export interface KeyNote extends Place {
  readonly key: string;
  readonly message: string;
}

/** A key that neither Candlecast nor freqtrade has, with the dotted key that was probably meant. */
export interface UnknownKeyNote extends KeyNote {
  readonly nearest?: string;
}

export interface KeyNotes {
  readonly unsupported: readonly KeyNote[];
  readonly unknown: readonly UnknownKeyNote[];
}

/** Comparing names costs time; after this many unknown keys, or for longer ones, no suggestion is made. */
const MOST_SUGGESTIONS = 100;
const LONGEST_COMPARED_NAME = 64;

/** Finds the keys that no setting has, in the order of the config. */
export function checkKeys(root: ObjectNode): KeyNotes {
  const notes = { unsupported: [] as KeyNote[], unknown: [] as UnknownKeyNote[] };
  visit(root, rootSetting, [], notes);
  return notes;
}

function visit(
  node: JsonNode,
  setting: SettingSchema,
  path: KeyPath,
  notes: { unsupported: KeyNote[]; unknown: UnknownKeyNote[] },
): void {
  const { properties, items } = caseOf(setting, node);
  if (node.kind === 'array' && items !== undefined) {
    for (const [index, item] of node.items.entries()) visit(item, items, [...path, index], notes);
  }
  if (node.kind !== 'object' || properties === undefined) return;
  for (const [name, { keyPlace, value }] of node.members) {
    // Where an editor finds the settings' schema; it stands in freqtrade's own examples.
    if (path.length === 0 && name === '$schema') continue;
    const here = [...path, name];
    const key = dottedKey(here);
    const isKnown = Object.hasOwn(properties, name);
    if (isKnown) visit(value, properties[name], here, notes);
    if (isKnown && filesAlone.has(key)) {
      notes.unsupported.push({ ...keyPlace, key, message: 'only a file can include others: it has no effect here' });
    } else if (isKnown ? isWithoutEffect(key, value) : unsupportedIn(path).includes(name)) {
      const message = "this setting of freqtrade's is not supported yet and has no effect";
      notes.unsupported.push({ ...keyPlace, key, message });
    } else if (!isKnown) {
      const nearest = notes.unknown.length < MOST_SUGGESTIONS ? nearestKey(path, name, properties) : undefined;
      const suggestion = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
      const message = `there is no such setting, so it has no effect${suggestion}`;
      notes.unknown.push({ ...keyPlace, key, message, ...(nearest === undefined ? {} : { nearest }) });
    }
  }
}

function isWithoutEffect(key: string, node: JsonNode): boolean {
  const harmless = settingsWithoutEffect.get(key);
  const isEmpty = node.kind === 'object' && node.members.size === 0;
  return harmless !== undefined && !isEmpty && !('value' in node && harmless.includes(node.value));
}

/** The unsupported names of a section; those of an array's items stand under the array's key. */
function unsupportedIn(path: KeyPath): readonly string[] {
  const section = path.filter((step) => typeof step === 'string').join('.');
  return Object.hasOwn(unsupportedKeys, section) ? unsupportedKeys[section] : [];
}

function nearestKey(path: KeyPath, name: string, properties: object): string | undefined {
  if (name.length > LONGEST_COMPARED_NAME) return undefined;
  const nearest = nearestName(name, [...Object.keys(properties), ...unsupportedIn(path)]);
  return nearest === undefined ? knownPlaceOf(name) : dottedKey([...path, nearest]);
}

/** Where a setting with just this name stands: `ws_token` at the root was meant for `api_server.ws_token`. */
function knownPlaceOf(name: string): string | undefined {
  return settingNames.get(name);
}

/** Every setting's name, with the dotted key of the first one that has it, outermost first; with none where a case has it. */
const settingNames: ReadonlyMap<string, string | undefined> = collectNames();

function collectNames(): Map<string, string | undefined> {
  const names = new Map<string, string | undefined>();
  const level: { readonly path: readonly string[]; readonly setting: SettingSchema }[] = [
    { path: [], setting: rootSetting },
  ];
  for (const { path, setting } of level) {
    const { oneOf = [], properties = {} } = setting.items ?? setting;
    for (const [name, child] of Object.entries(properties)) {
      const here = [...path, name];
      if (!names.has(name)) names.set(name, here.join('.'));
      level.push({ path: here, setting: child });
    }
    for (const name of oneOf.flatMap((each) => Object.keys(each.properties ?? {}))) {
      if (!names.has(name)) names.set(name, undefined);
    }
  }
  for (const name of Object.values(unsupportedKeys).flat()) if (!names.has(name)) names.set(name, name);
  return names;
}

/** Whether some setting, supported or not, has this name. */
export function isSettingName(name: string): boolean {
  return settingNames.has(name);
}
