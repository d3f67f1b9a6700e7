import type { Place } from './config-error.ts';

/** One value of a config file, with where it stands. A merged tree holds nodes of several files. */
export type JsonNode = ObjectNode | ArrayNode | ScalarNode;

export interface ObjectNode {
  readonly kind: 'object';
  readonly place: Place;
  readonly members: ReadonlyMap<string, Member>;
}

export interface Member {
  readonly keyPlace: Place;
  readonly value: JsonNode;
}

export interface ArrayNode {
  readonly kind: 'array';
  readonly place: Place;
  readonly items: readonly JsonNode[];
}

export interface ScalarNode {
  readonly kind: 'string' | 'number' | 'boolean' | 'null';
  readonly place: Place;
  readonly value: string | number | boolean | null;
}

/** No setting needs more than a handful of levels; what reads a config recurses once for each. */
export const MOST_LEVELS = 64;

/** The way from the root of a config to one of its values. */
export type KeyPath = readonly (string | number)[];

/**
 * `over` laid on `base`: objects are merged key by key, everything else (arrays too) is replaced, as freqtrade does
 * with several `-c`.
 */
function mergeNodes(base: JsonNode, over: JsonNode): JsonNode {
  return base.kind === 'object' && over.kind === 'object' ? mergeObjects(base, over) : over;
}

/** `mergeNodes` of two objects. */
export function mergeObjects(base: ObjectNode, over: ObjectNode): ObjectNode {
  const members = new Map(base.members);
  for (const [key, member] of over.members) {
    const before = members.get(key);
    members.set(key, before === undefined ? member : { ...member, value: mergeNodes(before.value, member.value) });
  }
  return { kind: 'object', place: base.place, members };
}

/** `object` with one member's value replaced. */
export function withMember(object: ObjectNode, key: string, value: JsonNode): ObjectNode {
  const members = new Map(object.members);
  members.set(key, { keyPlace: members.get(key)?.keyPlace ?? value.place, value });
  return { ...object, members };
}

/** The value at `path`, or undefined where there is none. */
export function nodeAt(root: JsonNode, path: KeyPath): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const step of path) node = node === undefined ? undefined : childOf(node, step);
  return node;
}

/** The value at `path`, or the innermost object or array around the place where it would stand. */
export function nearestNode(root: JsonNode, path: KeyPath): JsonNode {
  let node = root;
  for (const step of path) {
    const child = childOf(node, step);
    if (child === undefined) return node;
    node = child;
  }
  return node;
}

function childOf(node: JsonNode, step: string | number): JsonNode | undefined {
  if (node.kind === 'object') return node.members.get(String(step))?.value;
  if (node.kind === 'array' && typeof step === 'number') return node.items[step];
  return undefined;
}

/** The plain value. A key such as `__proto__` becomes an ordinary property. */
export function plainValue(node: JsonNode): unknown {
  if (node.kind === 'object') {
    return Object.fromEntries(Array.from(node.members, ([key, member]) => [key, plainValue(member.value)]));
  }
  return node.kind === 'array' ? node.items.map(plainValue) : node.value;
}

/**
 * A plain value as a node, all of it at one place. What JSON lacks becomes null, and so does what lies deeper than `MOST_LEVELS`.
 */
export function nodeOf(value: unknown, place: Place, levels = MOST_LEVELS): JsonNode {
  if (typeof value === 'string') return { kind: 'string', place, value };
  if (typeof value === 'number') return { kind: 'number', place, value };
  if (typeof value === 'boolean') return { kind: 'boolean', place, value };
  if (typeof value !== 'object' || value === null || levels === 0) return { kind: 'null', place, value: null };
  if (Array.isArray(value)) {
    return { kind: 'array', place, items: value.map((item) => nodeOf(item, place, levels - 1)) };
  }
  const members = Object.entries(value).map(([key, item]): [string, Member] => [
    key,
    { keyPlace: place, value: nodeOf(item, place, levels - 1) },
  ]);
  return { kind: 'object', place, members: new Map(members) };
}

/** Names longer than this are cut in messages. */
const LONGEST_SHOWN_KEY = 80;

/** `exchange.pair_whitelist.1`. Keys that would blur a line of output are quoted, very long ones cut. */
export function dottedKey(path: KeyPath): string {
  return path.map(shownStep).join('.');
}

function shownStep(step: string | number): string {
  const name = String(step);
  const cut = name.length > LONGEST_SHOWN_KEY ? `${name.slice(0, LONGEST_SHOWN_KEY)}…` : name;
  return /^[\w$-]+…?$/.test(cut) ? cut : JSON.stringify(cut);
}
