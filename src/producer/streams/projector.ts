import type { AnyFrame } from '../../frame/index.ts';
import { type Selection, selectedNames } from './selection.ts';

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

  constructor(selection: Selection) {
    this.#columns = selectedNames(selection);
    this.#tail = selection.tail;
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
