/** Controls, marks that turn the direction of writing and the like, and halves of characters. */
const UNSHOWN = /[\p{Cc}\p{Cf}\p{Cs}]/gu;

/** Text that another machine chose, for a terminal or a log line: what would steer either is spelled out, as in `\u{1b}`. */
export function shownText(text: string): string {
  return text.replace(UNSHOWN, (unit) => `\\u{${(unit.codePointAt(0) ?? 0).toString(16)}}`);
}
