import type { KeyPath } from './json-node.ts';

export interface FlatValue {
  readonly path: KeyPath;
  readonly value: unknown;
}

/** The values of a config, outermost first. Lists of plain values, and empty lists and objects, stay whole. */
export function flattenConfig(config: object): readonly FlatValue[] {
  return flatten(config, []);
}

function flatten(value: unknown, path: KeyPath): readonly FlatValue[] {
  if (Array.isArray(value)) {
    const isPlain = !value.some((item) => typeof item === 'object' && item !== null);
    return isPlain ? [{ path, value }] : value.flatMap((item, index) => flatten(item, [...path, index]));
  }
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  const entries = Object.entries(value);
  return entries.length === 0 ? [{ path, value }] : entries.flatMap(([key, item]) => flatten(item, [...path, key]));
}
