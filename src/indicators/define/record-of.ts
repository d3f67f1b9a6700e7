import { assert } from '../../util/assert.ts';

/** An object with a value for each name. */
export function recordOf<Name extends string, V>(
  names: readonly Name[],
  of: (name: Name, position: number) => V,
): Record<Name, V> {
  const record: Partial<Record<Name, V>> = {};
  for (const [position, name] of names.entries()) record[name] = of(name, position);
  assert(hasAll(record, names), 'every name was given a value');
  return record;
}

function hasAll<Name extends string, V>(
  record: Partial<Record<Name, V>>,
  names: readonly Name[],
): record is Record<Name, V> {
  return names.every((name) => name in record);
}
