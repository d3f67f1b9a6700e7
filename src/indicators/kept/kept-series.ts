import { Column, withSpareRows } from '../../frame/column.ts';
import { firstDifferentNumber } from '../../frame/compare-frames.ts';
import { assert } from '../../util/assert.ts';
import { bytesOf, haveSameBits } from './same-bits.ts';

/** What a kept series becomes in a frame. */
export type KeptKind = 'float64' | 'int' | 'timestamp';

/**
 * Numbers that are handed out and grow from one analysis to the next, without being copied for either.
 *
 * What was handed out never changes: new rows are written behind it, and a row that changes moves the series to other memory. The
 * memory is lent to frames (`Column.lend`). A second copy, which nobody else ever sees, tells whether someone wrote to the first.
 */
export class KeptSeries {
  readonly #kind: KeptKind;
  #shown: Float64Array;
  #guard: Float64Array;
  #shownBytes: Uint8Array;
  #guardBytes: Uint8Array;
  #rows = 0;

  constructor(kind: KeptKind, rows: number) {
    this.#kind = kind;
    this.#shown = new Float64Array(withSpareRows(rows));
    this.#guard = new Float64Array(this.#shown.length);
    this.#shownBytes = bytesOf(this.#shown);
    this.#guardBytes = bytesOf(this.#guard);
    Column.lend(kind, this.#shown);
  }

  /** Memory of at least `rows` rows to be written from row `from` on; those before it stay as they are. */
  room(from: number, rows: number): Float64Array {
    // Rows from `from` on were handed out, or there is no place for them: whoever has the old memory keeps it.
    if (from < this.#rows || rows > this.#shown.length) this.#move(from, rows);
    this.#rows = rows;
    return this.#shown;
  }

  /** To be called when the rows from `from` on were written. Returns all of them. */
  written(from: number): Float64Array {
    const [shown, guard, rows] = [this.#shown, this.#guard, this.#rows];
    if (from === rows - 1) guard[from] = shown[from];
    else guard.set(shown.subarray(from, rows), from);
    return this.view();
  }

  /** All rows. */
  view(): Float64Array {
    return new Float64Array(this.#shown.buffer, 0, this.#rows);
  }

  /** All rows as a column, of this series' kind. */
  get column(): Column {
    const column = Column.lentTo(this.view());
    assert(column !== undefined, 'the memory of a kept series is lent');
    return column;
  }

  /** Whether every row is what was written here. */
  get isIntact(): boolean {
    if (haveSameBits(this.#shownBytes, this.#guardBytes, this.#rows)) return true;
    // One NaN may have other bits than another, for reasons of the engine's.
    return firstDifferentNumber(this.#shown, this.#guard, this.#rows) === -1;
  }

  #move(keep: number, rows: number): void {
    const kept = this.#guard.subarray(0, keep);
    this.#shown = new Float64Array(withSpareRows(rows));
    this.#guard = new Float64Array(this.#shown.length);
    this.#shown.set(kept);
    this.#guard.set(kept);
    this.#shownBytes = bytesOf(this.#shown);
    this.#guardBytes = bytesOf(this.#guard);
    Column.lend(this.#kind, this.#shown);
  }
}
