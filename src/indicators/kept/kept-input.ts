import { Column, withSpareRows } from '../../frame/column.ts';
import { commonRows } from './common-rows.ts';

/** What an indicator was computed from the last time, to tell what the next time has in common with it. */
export class KeptInput {
  /** Lent memory itself, which nobody rewrites; a copy of anything else. */
  #series: Float64Array;
  #isLent: boolean;
  /** The memory of the copy, with room behind it. */
  #copy: Float64Array | undefined;

  constructor(series: Float64Array) {
    this.#isLent = Column.isLent(series);
    this.#series = series;
    if (!this.#isLent) this.#series = this.#copied(series, 0);
  }

  /** How many rows of `series` are those of the last time: all of them, all but the last, or -1. */
  commonRows(series: Float64Array): number {
    return commonRows(this.#series, series, this.#isLent);
  }

  /** Takes the place of the last time; the first `common` rows are known to be the same. */
  become(series: Float64Array, common: number): void {
    // While the input was lent memory, the copy stood still.
    const copied = this.#isLent ? 0 : common;
    this.#isLent = Column.isLent(series);
    this.#series = this.#isLent ? series : this.#copied(series, copied);
  }

  #copied(series: Float64Array, common: number): Float64Array {
    const { length } = series;
    const hasRoom = this.#copy !== undefined && this.#copy.length >= length;
    const copy = this.#copy !== undefined && hasRoom ? this.#copy : new Float64Array(withSpareRows(length));
    const from = hasRoom ? common : 0;
    this.#copy = copy;
    copy.set(from === 0 ? series : series.subarray(from), from);
    return copy.subarray(0, length);
  }
}
