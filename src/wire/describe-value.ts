const MOST_SHOWN = 60;

/** Text in quotes, cut where it is long: what a peer sends must not grow our messages and logs. */
export function quote(text: string): string {
  return JSON.stringify(cut(text, MOST_SHOWN));
}

/** Text of at most `most` UTF-16 units, with an ellipsis where some were left off. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

/** A value from JSON in words, for the end of "expected …, found …". */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `text ${quote(value)}`;
  if (typeof value === 'number') return `the number ${value}`;
  if (Array.isArray(value)) return 'a list';
  if (value === null || typeof value === 'boolean') return `${value}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
