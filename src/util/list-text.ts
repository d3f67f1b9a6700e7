/** The first items of a list and how many more there are: `a, b and 7 more`. */
export function listText(items: readonly string[], most: number): string {
  const rest = items.length - most;
  return items.slice(0, most).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
