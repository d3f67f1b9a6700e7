/** What was found in place of something else, for a message. */
export function describeValue(found: unknown): string {
  if (found === null) return 'null';
  if (typeof found === 'string') return `the string ${JSON.stringify(found)}`;
  if (typeof found === 'number' || typeof found === 'boolean') return String(found);
  if (typeof found === 'undefined') return 'undefined';
  if (typeof found === 'object') return 'an object';
  return `a ${typeof found}`;
}
