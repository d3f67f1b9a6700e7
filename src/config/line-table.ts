/** Where the lines of a text begin. A line ends with `\n`, `\r\n` or `\r`. */
export class LineTable {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (const { index, 0: lineBreak } of text.matchAll(/\r\n|\n|\r/g)) this.#starts.push(index + lineBreak.length);
  }

  /** The position of the UTF-16 code unit at `offset`; both numbers count from 1. */
  positionOf(offset: number): { readonly line: number; readonly column: number } {
    let [low, high] = [0, this.#starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle] <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - this.#starts[low] + 1 };
  }
}
