/**
 * Column names with later duplicates renamed as pandas does on arrival: the second `a` becomes `a.1`, the third `a.2`, and one
 * whose new name is taken by an earlier column gets another number behind it (`a.1.1`).
 */
export function uniqueNames(names: readonly string[]): readonly string[] {
  /** How often a name was met, or asked for as a replacement. */
  const counts = new Map<string, number>();
  return names.map((name) => {
    let unique = name;
    for (let count = counts.get(unique) ?? 0; count > 0; count = counts.get(unique) ?? 0) {
      counts.set(unique, count + 1);
      unique = `${unique}.${count}`;
    }
    counts.set(unique, 1);
    return unique;
  });
}
