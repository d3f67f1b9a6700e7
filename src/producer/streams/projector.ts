import type { AnyFrame } from '../../frame/index.ts';
import { DATE_COLUMN } from '../../wire/index.ts';
import type { Selection } from './selection.ts';

/**
 * Takes the selected part out of one frame after the other, in the frame's own order of columns. Shares its memory. Frames of the same
 * columns give parts with the same list of names, by which others recognise them.
 */
export class Projector {
  readonly #columns: ReadonlySet<string> | undefined;
  readonly #tail: number | undefined;
  #names: readonly string[] | undefined;
  #places: readonly number[] | undefined;
  #template: AnyFrame | undefined;

  constructor({ columns, tail }: Selection) {
    this.#columns = columns && new Set(columns).add(DATE_COLUMN);
    this.#tail = tail;
  }

  project(frame: AnyFrame): AnyFrame {
    const rows = this.#tail === undefined ? frame : frame.tail(this.#tail);
    const columns = this.#columns;
    if (columns === undefined) return rows;
    if (this.#template === undefined || rows.names !== this.#names) {
      const names = rows.names.filter((name) => columns.has(name));
      this.#names = rows.names;
      this.#places = names.map((name) => rows.names.indexOf(name));
      this.#template = rows.select(names);
      return this.#template;
    }
    return this.#template.withColumnList((this.#places ?? []).map((place) => rows.columnList[place]));
  }
}
