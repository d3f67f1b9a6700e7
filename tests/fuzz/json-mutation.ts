import { isObject } from '../../src/util/is-object.ts';
import type { Random } from '../../src/util/random.ts';
import { awkwardValues, keys, pieces, raw, rawTexts, texts } from './awkward-json.ts';

type Container = unknown[] | Record<string, unknown>;

const pick = <T>(random: Random, values: readonly T[]): T => values[random.below(values.length)];

/** What marks a frame that was taken apart, and how deep in objects it may lie. */
const UNFOLDED = '@unfolded';
const FRAME_TEXT = '__value__';
const DEEPEST_FRAME = 4;
/** Of texts that are JSON, the others get faults in their characters. */
const TREE_SHARE = 0.8;

/** A text with one to four faults: in its structure where it has one, and some in its characters. */
export function mutatedJson(random: Random, text: string, other: string): string {
  const faults = 1 + random.below(4);
  const root = random.next() < TREE_SHARE ? parsed(text) : undefined;
  let result = text;
  if (root === undefined) for (let i = 0; i < faults; i++) result = withTextFault(random, result, other);
  else {
    for (let i = 0; i < faults; i++) makeTreeFault(random, root, other);
    result = written(root);
  }
  return random.next() < 0.1 ? withTextFault(random, result, other) : result;
}

/** Undefined for what is no object or list. A frame's text is taken apart too. */
function parsed(text: string): Container | undefined {
  const root = parsedAsItIs(text);
  const data = isObject(root) && isObject(root.data) ? root.data : {};
  const df = isObject(data.df) ? data.df : {};
  const { [FRAME_TEXT]: frameText } = df;
  const frame = typeof frameText === 'string' ? parsedAsItIs(frameText) : undefined;
  if (frame !== undefined) Object.assign(df, { [FRAME_TEXT]: { [UNFOLDED]: frame } });
  return root;
}

function parsedAsItIs(text: string): Container | undefined {
  try {
    const root: unknown = JSON.parse(text);
    return isContainer(root) ? root : undefined;
  } catch {
    return undefined;
  }
}

function written(root: Container): string {
  const text = JSON.stringify(folded(root, 0));
  return text.includes('@@') ? text.replaceAll(rawTexts, '$1') : text;
}

/** With what was taken apart as text again, wherever it stands now. */
function folded(value: unknown, depth: number): unknown {
  if (!isObject(value) || depth > DEEPEST_FRAME) return value;
  const inner = value[UNFOLDED];
  if (isContainer(inner)) return written(inner);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, folded(member, depth + 1)]));
}

function makeTreeFault(random: Random, root: Container, other: string): void {
  const { holder, key } = randomPlace(random, root);
  switch (random.below(11)) {
    case 0:
    case 1:
      setAt(holder, key, pick(random, awkwardValues));
      break;
    case 2:
      remove(holder, key);
      break;
    case 3:
      setAt(holder, key, near(random, valueAt(holder, key)));
      break;
    case 4:
      insert(random, holder, valueAt(holder, key));
      break;
    case 5:
      insert(random, holder, pick(random, awkwardValues));
      break;
    case 6:
      graft(random, holder, key, other);
      break;
    case 7:
      swap(random, holder, key);
      break;
    case 8:
      addColumn(random, root);
      break;
    case 9:
      setCell(random, root);
      break;
    default:
      if (typeof valueAt(holder, key) === 'string') setAt(holder, key, pick(random, texts));
      else setAt(holder, key, JSON.stringify(valueAt(holder, key)) ?? null);
  }
}

/** A part of another text in the place of this one, or beside it. */
function graft(random: Random, holder: Container, key: string, other: string): void {
  const donor = parsed(other);
  if (donor === undefined) return;
  const place = randomPlace(random, donor);
  const value = valueAt(place.holder, place.key);
  if (random.next() < 0.5) setAt(holder, key, value);
  else if (Array.isArray(holder)) holder.splice(random.below(holder.length + 1), 0, copied(value));
  else setAt(holder, place.key, value);
}

function swap(random: Random, holder: Container, key: string): void {
  const names = Object.keys(holder);
  if (names.length === 0) return;
  const second = pick(random, names);
  const value = valueAt(holder, key);
  setAt(holder, key, valueAt(holder, second));
  setAt(holder, second, value);
}

/** Where a text holds a frame: a column of one kind of values in every row, so that the rows still fit the columns. */
function addColumn(random: Random, root: Container): void {
  const frame = frameIn(root, 0);
  if (frame === undefined) return;
  frame.columns.splice(frame.columns.length, 0, random.next() < 0.5 ? pick(random, texts) : `c${random.below(50)}`);
  const kind = random.below(8);
  for (const row of frame.data) if (Array.isArray(row)) row.push(cellOf(random, kind));
}

function setCell(random: Random, root: Container): void {
  const frame = frameIn(root, 0);
  if (frame === undefined || frame.data.length === 0) return;
  const row = pick(random, frame.data);
  if (Array.isArray(row) && row.length > 0) row[random.below(row.length)] = cellOf(random, random.below(8));
}

function cellOf(random: Random, kind: number): unknown {
  const values: readonly (readonly unknown[])[] = [
    [1, 0, null],
    [1.5, null, raw('1.0'), raw('1e400')],
    ['a', null, ''],
    [true, false],
    [true, null, 1],
    [1_730_000_000_000 + random.below(5) * 300_000, null],
    [raw('9223372036854775807'), raw('9007199254740993'), 5],
    [[1], { a: null }, null],
  ];
  return random.next() < 0.05 ? pick(random, awkwardValues) : pick(random, values[kind]);
}

function frameIn(value: unknown, depth: number): { columns: unknown[]; data: unknown[] } | undefined {
  if (!isObject(value) || depth > DEEPEST_FRAME) return undefined;
  const { columns, data } = value;
  if (Array.isArray(columns) && Array.isArray(data)) return { columns, data };
  for (const member of Object.values(value)) {
    const found = frameIn(member, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function near(random: Random, value: unknown): unknown {
  if (typeof value === 'number') return value + pick(random, [-1, 1, 0.5, -value, value, 2 ** 32]);
  if (typeof value === 'string') return withTextFault(random, value, value);
  if (Array.isArray(value)) return value.slice(0, random.below(value.length + 1));
  return typeof value === 'boolean' ? !value : pick(random, awkwardValues);
}

function insert(random: Random, holder: Container, value: unknown): void {
  if (Array.isArray(holder)) holder.splice(random.below(holder.length + 1), 0, copied(value));
  else setAt(holder, pick(random, keys), value);
}

/** A value's place: the deeper it lies, the less likely. */
function randomPlace(random: Random, root: Container): { readonly holder: Container; readonly key: string } {
  let holder = root;
  for (;;) {
    const names = Array.isArray(holder) ? undefined : Object.keys(holder);
    const count = names === undefined ? lengthOf(holder) : names.length;
    const key = count === 0 ? '0' : (names?.[random.below(count)] ?? String(random.below(count)));
    const value = valueAt(holder, key);
    // Without its type a text is nothing.
    if (holder === root && key === 'type' && random.next() < 0.8) continue;
    if (!isContainer(value) || random.next() < 0.25) return { holder, key };
    holder = value;
  }
}

function lengthOf(holder: Container): number {
  return Array.isArray(holder) ? holder.length : 0;
}

function valueAt(holder: Container, key: string): unknown {
  return Array.isArray(holder) ? holder[Number(key)] : holder[key];
}

function setAt(holder: Container, key: string, value: unknown): void {
  if (Array.isArray(holder)) holder[Number(key)] = copied(value);
  else holder[key] = copied(value);
}

/** What stands in two places is changed in one of them. */
function copied(value: unknown): unknown {
  const copy: unknown = isContainer(value) ? JSON.parse(JSON.stringify(value)) : value;
  return copy;
}

function remove(holder: Container, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
}

function isContainer(value: unknown): value is Container {
  return Array.isArray(value) || isObject(value);
}

function withTextFault(random: Random, text: string, other: string): string {
  const at = random.below(text.length + 1);
  switch (random.below(8)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + random.below(6));
    case 2:
      return text.slice(0, at) + pick(random, pieces) + text.slice(at);
    case 3:
      return text.slice(0, at) + pick(random, texts) + text.slice(at + random.below(4));
    case 4:
      return text.slice(0, at) + text.slice(Math.max(0, at - 1 - random.below(30)), at) + text.slice(at);
    case 5:
      return text.slice(0, at) + other.slice(random.below(other.length + 1));
    case 6:
      return text.slice(0, at) + String.fromCharCode(random.below(128)) + text.slice(at + 1);
    default:
      return text.slice(0, at) + JSON.stringify(pick(random, awkwardValues)) + text.slice(at);
  }
}
