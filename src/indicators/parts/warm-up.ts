/** The rows at the beginning that have no value, counted down. */
export class WarmUp {
  private left: number;

  constructor(rows: number) {
    this.left = rows;
  }

  /** Counts a row, and tells whether it is one without a value. */
  passes(): boolean {
    if (this.left === 0) return false;
    this.left--;
    return true;
  }

  /** Counts rows `start` to `end` (exclusive), makes those without a value NaN, and gives the first row after them. */
  blank(column: Float64Array, start: number, end: number): number {
    const first = Math.min(start + this.left, end);
    column.fill(Number.NaN, start, first);
    this.left -= first - start;
    return first;
  }

  assign(from: WarmUp): void {
    this.left = from.left;
  }
}
