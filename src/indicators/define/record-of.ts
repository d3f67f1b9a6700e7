/** An object with a value for each name. */
export function recordOf<Name extends string, V>(
  names: readonly Name[],
  of: (name: Name, position: number) => V,
): Record<Name, V> {
  const record: Partial<Record<Name, V>> = {};
  for (let position = 0; position < names.length; position++) record[names[position]] = of(names[position], position);
  // Every name was given a value; checking it again for each row of a stream would cost more than the rest.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return record as Record<Name, V>;
}
