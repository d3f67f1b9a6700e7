const counts = new Intl.NumberFormat('en-US');

/** A whole number with its thousands set apart: `1,234,567`. */
export function countText(count: number): string {
  return counts.format(count);
}

/** So many of something: `1 file`, `2 files`. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${countText(count)} ${count === 1 ? noun : nouns}`;
}
