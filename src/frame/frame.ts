/* oxlint-disable typescript/no-unsafe-type-assertion -- a column's kind says which values it holds, which the type checker cannot follow */
import { appendColumns } from './append-columns.ts';
import {
  type CellValue,
  type CellValues,
  Column,
  type ColumnKind,
  type ColumnValues,
  type Numbers,
  type Strings,
} from './column.ts';
import { clampRow, columnNamed, expectLength, wrongKind } from './column-checks.ts';
import { type ColumnInput, type KindOf, texts } from './column-input.ts';
import { type Layout, expectSameNames, extendLayout, layoutOf, unknownColumn } from './layout.ts';
import { printFrame } from './print-frame.ts';
import type { Name, Renamed, Row, Schema, With } from './schema.ts';

/** A frame whose columns are known only at run time. */
export type AnyFrame = Frame;

/**
 * Rows by columns, immutable. Slicing and appending share memory with the origin: a frame costs a few microseconds
 * whatever its length, and never changes under the one who holds it.
 *
 * The arrays in `columns` are views of that shared memory, typed as read-only. Who keeps one of them for long keeps the memory of all
 * columns that lie beside it; a copy (`slice`) does not.
 */
export class Frame<S extends Schema = Schema> {
  /** Number of rows. */
  readonly length: number;
  readonly #layout: Layout;
  /** Columns from whose row `#start` on this frame's rows lie. They end where they were made; rows were written behind them since. */
  readonly #origin: readonly Column[];
  readonly #start: number;
  /** This frame's own columns, each made when it is asked for. */
  #columns: Column[] | undefined;
  #list: readonly Column[] | undefined;
  #views: { readonly [N in keyof S]: ColumnValues[S[N]] } | undefined;

  private constructor(layout: Layout, origin: readonly Column[], length: number, start = 0) {
    this.length = length;
    this.#layout = layout;
    this.#origin = origin;
    this.#start = start;
  }

  /**
   * A frame of these columns, in this order. Values are copied.
   *
   * @throws FrameError FRAME_WRONG_LENGTH when their lengths differ, FRAME_BAD_VALUE for values of mixed types.
   */
  static of<const C extends Readonly<Record<string, ColumnInput>>>(
    columns: C,
  ): Frame<{ readonly [N in keyof C]: KindOf<C[N]> }> {
    return Frame.fromColumns(Object.entries(columns).map(([name, input]) => [name, columnNamed(name, input)]));
  }

  /**
   * A frame of columns as they are, in this order; how decoders build one. The schema is the caller's claim.
   *
   * @throws FrameError FRAME_WRONG_LENGTH, FRAME_DUPLICATE_COLUMN.
   */
  static fromColumns<S extends Schema>(entries: readonly (readonly [string, Column])[]): Frame<S> {
    const length = entries.length === 0 ? 0 : entries[0][1].length;
    const columns = entries.map(([name, column]) => expectLength(name, column, length));
    return new Frame<S>(layoutOf(entries.map(([name]) => name)), columns, length);
  }

  /** Column names in order. Any text to the type checker, since a frame may hold more columns than its type says. */
  get names(): readonly string[] {
    return this.#layout.names;
  }

  /** The kind of each column, by name, in order. */
  get schema(): S {
    return Object.fromEntries(this.#layout.names.map((name, i) => [name, this.#origin[i].kind])) as S;
  }

  /** Every column's values by name: typed arrays as views of shared memory, and frozen plain arrays for text. */
  get columns(): { readonly [N in keyof S]: ColumnValues[S[N]] } {
    this.#views ??= this.#makeViews();
    return this.#views;
  }

  /** The columns with their kinds, in the order of `names`: for code that goes through all of them by their places. */
  get columnList(): readonly Column[] {
    this.#list ??= this.#isOrigin ? this.#origin : this.#origin.map((_, place) => this.columnAt(place));
    return this.#list;
  }

  /**
   * Columns whose rows from `originRow` on are this frame's, in the order of `names`; they may end sooner or later. For code that reads
   * cells where they lie: frames that follow one another have these in common, and columns of their own cost more than a row's cells.
   */
  get origin(): readonly Column[] {
    return this.#origin;
  }

  /** The row of `origin` that is this frame's first. */
  get originRow(): number {
    return this.#start;
  }

  get #isOrigin(): boolean {
    return this.#start === 0 && (this.#origin.length === 0 || this.#origin[0].length === this.length);
  }

  /** The column at a place among the others, which there must be. */
  columnAt(place: number): Column {
    if (this.#isOrigin) return this.#origin[place];
    this.#columns ??= [];
    return (this.#columns[place] ??= this.#origin[place].slice(this.#start, this.#start + this.length));
  }

  #makeViews(): { readonly [N in keyof S]: ColumnValues[S[N]] } {
    const views: Record<string, unknown> = Object.create(null);
    const { names } = this.#layout;
    for (let i = 0; i < names.length; i++) views[names[i]] = this.columnAt(i).values;
    return Object.freeze(views) as { readonly [N in keyof S]: ColumnValues[S[N]] };
  }

  /** Whether there is a column of this name. */
  has(name: string): boolean {
    return this.#layout.places.has(name);
  }

  /** The kind of a column, or undefined where there is none of this name. */
  kind(name: string): ColumnKind | undefined {
    const place = this.#layout.places.get(name);
    return place === undefined ? undefined : this.#origin[place].kind;
  }

  /**
   * A column with its kind, for passing on to another frame.
   *
   * @throws FrameError FRAME_UNKNOWN_COLUMN.
   */
  column<N extends Name<S>>(name: N): Column<S[N]> {
    return this.columnAt(this.placeOf(name)) as Column<S[N]>;
  }

  /**
   * Where a column stands among the others.
   *
   * @throws FrameError FRAME_UNKNOWN_COLUMN.
   */
  placeOf(name: string): number {
    const place = this.#layout.places.get(name);
    if (place === undefined) throw unknownColumn(name, this.#layout);
    return place;
  }

  /**
   * A column of numbers (kind float64, timestamp, int or bool) whose name is known only at run time.
   *
   * @throws FrameError FRAME_UNKNOWN_COLUMN, FRAME_WRONG_KIND.
   */
  numbers(name: string): Numbers {
    const { kind, values } = this.column(name);
    if (kind === 'string' || kind === 'int64') throw wrongKind(name, kind, 'numbers');
    return values as Numbers;
  }

  /**
   * A column of text whose name is known only at run time.
   *
   * @throws FrameError FRAME_UNKNOWN_COLUMN, FRAME_WRONG_KIND.
   */
  strings(name: string): Strings {
    const { kind, values } = this.column(name);
    if (kind !== 'string') throw wrongKind(name, kind, 'text');
    return values as Strings;
  }

  /**
   * This frame with these columns added behind the others, or in the place of the column of the same name. Values are copied,
   * so an array may be written to again afterwards without changing the frame.
   *
   * @throws FrameError FRAME_WRONG_LENGTH, FRAME_BAD_VALUE; the message names the column.
   */
  with<C extends Readonly<Record<string, ColumnInput>>>(columns: C): Frame<With<S, C>> {
    const { layout, names, places } = extendLayout(this.#layout, Object.keys(columns));
    const extended = this.columnList.slice();
    let length = this.#origin.length === 0 ? undefined : this.length;
    for (let i = 0; i < names.length; i++) {
      const column = columnNamed(names[i], columns[names[i]]);
      length ??= column.length;
      extended[places[i]] = expectLength(names[i], column, length);
    }
    return new Frame<With<S, C>>(layout, extended, length ?? this.length);
  }

  /**
   * The same names with these columns, one for each in their order. The schema is the caller's claim.
   *
   * @throws FrameError FRAME_WRONG_LENGTH.
   */
  withColumnList(columns: readonly Column[]): AnyFrame {
    const { length } = columns.length === 0 ? this : columns[0];
    for (const [place, name] of this.names.entries()) expectLength(name, columns[place], length);
    return new Frame(this.#layout, columns, length);
  }

  /**
   * This frame with another column at a place, under the name that stands there: for code that goes through columns by place.
   *
   * @throws FrameError FRAME_WRONG_LENGTH.
   */
  withColumnAt(place: number, column: Column): AnyFrame {
    return new Frame(
      this.#layout,
      this.columnList.with(place, expectLength(this.names[place], column, this.length)),
      this.length,
    );
  }

  /** A column of 0 and 1, freqtrade's form of a signal: 1 in the rows where `predicate` is true. */
  flag(predicate: (row: number) => boolean): Column<'int'> {
    const flags = new Float64Array(this.length);
    for (let row = 0; row < flags.length; row++) flags[row] = predicate(row) ? 1 : 0;
    return Column.adopt('int', flags);
  }

  /**
   * A column of text: what `choose` gives for each row, null for none.
   *
   * @throws FrameError FRAME_BAD_VALUE where it gives something else.
   */
  label(choose: (row: number) => string | null): Column<'string'> {
    return texts(Array.from({ length: this.length }, (_, row) => choose(row)));
  }

  /**
   * The same rows in memory of its own: for handing to code that might write to arrays. Each column is copied when it is first
   * read, so what is not read costs nothing.
   */
  detached(): Frame<S> {
    const columns = this.columnList.map((column) => column.detached());
    return new Frame<S>(this.#layout, columns, this.length);
  }

  /** The value of a column in the last row, undefined in an empty frame. */
  last<N extends Name<S>>(name: N): CellValues[S[N]] | undefined {
    return this.at(this.length - 1, name);
  }

  /** The value of a column in a row, undefined outside the frame. Throws FRAME_UNKNOWN_COLUMN. */
  at<N extends Name<S>>(row: number, name: N): CellValues[S[N]] | undefined {
    const place = this.placeOf(name);
    return this.#holds(row) ? (this.#origin[place].cell(this.#start + row) as CellValues[S[N]]) : undefined;
  }

  /** One row by column name, undefined outside the frame. */
  row(row: number): Row<S> | undefined {
    if (!this.#holds(row)) return undefined;
    const cells: Record<string, CellValue> = Object.create(null);
    for (const [i, name] of this.#layout.names.entries()) cells[name] = this.#origin[i].cell(this.#start + row);
    return cells as Row<S>;
  }

  /** Rows `start` to `end` (exclusive); negative ones count from the back, as in an array's slice. Shares memory. */
  slice(start: number, end: number = this.length): Frame<S> {
    const from = clampRow(start, this.length);
    const to = Math.max(from, clampRow(end, this.length));
    if (from === 0 && to === this.length) return this;
    return new Frame<S>(this.#layout, this.#origin, to - from, this.#start + from);
  }

  /** The last `rows` rows, or all where there are fewer. */
  tail(rows: number): Frame<S> {
    const wanted = Math.trunc(rows);
    return this.slice(wanted > 0 ? Math.max(0, this.length - wanted) : this.length);
  }

  /** The first `rows` rows, or all where there are fewer. */
  head(rows: number): Frame<S> {
    return this.slice(0, Math.max(0, rows));
  }

  /**
   * This frame's rows, then the other's. Appending again and again to the newest frame costs time in the rows added.
   *
   * @throws FrameError FRAME_DIFFERENT_COLUMNS when names or order differ, FRAME_WRONG_KIND when kinds do.
   */
  append(rows: Frame<S>): Frame<S> {
    if (rows.#layout !== this.#layout) expectSameNames(this.names, rows.names);
    for (let i = 0; i < this.#origin.length; i++) {
      const [{ kind }, theirs] = [this.#origin[i], rows.#origin[i]];
      if (kind !== theirs.kind) throw wrongKind(this.names[i], theirs.kind, kind);
    }
    if (rows.length === 0) return this;
    const length = this.length + rows.length;
    if (this.#growsWhereItLies(rows)) return new Frame<S>(this.#layout, this.#origin, length, this.#start);
    return new Frame<S>(this.#layout, appendColumns(this.columnList, rows.columnList), length);
  }

  /** Writes rows behind the last one where that is free in every column, and nothing where it is not. */
  #growsWhereItLies(rows: Frame<S>): boolean {
    const columns = this.#origin;
    const end = this.#start + this.length;
    const [from, to] = [rows.#start, rows.#start + rows.length];
    for (let i = 0; i < columns.length; i++) if (!Column.hasRoomBehind(columns[i], end, rows.length)) return false;
    for (let i = 0; i < columns.length; i++) {
      // Two columns of one memory have room for one of them.
      if (!Column.hasRoomBehind(columns[i], end, rows.length)) return false;
      Column.writeBehind(columns[i], end, rows.#origin[i], from, to);
    }
    return true;
  }

  /**
   * Only these columns, in this order.
   *
   * @throws FrameError FRAME_UNKNOWN_COLUMN.
   */
  select<N extends Name<S>>(names: readonly N[]): Frame<Pick<S, N>> {
    return Frame.fromColumns(names.map((name) => [name, this.column(name)]));
  }

  /** Without these columns; names that it does not have are no error. */
  drop<N extends string>(names: readonly N[]): Frame<Omit<S, N>> {
    const dropped = new Set<string>(names);
    const kept = Frame.fromColumns<Omit<S, N>>([...this.#entries()].filter(([name]) => !dropped.has(name)));
    return kept;
  }

  /** Whether both have columns of the same names and kinds, in the same order. */
  hasColumnsOf(other: AnyFrame): boolean {
    const [mine, theirs] = [this.#origin, other.#origin];
    if (mine !== theirs) {
      if (theirs.length !== mine.length) return false;
      for (let i = 0; i < theirs.length; i++) if (theirs[i].kind !== mine[i].kind) return false;
    }
    // Frames that follow one another share one layout.
    return other.#layout === this.#layout || other.names.every((name, i) => name === this.names[i]);
  }

  /**
   * The same columns under other names, `{ old: new }`.
   *
   * @throws FrameError FRAME_UNKNOWN_COLUMN, FRAME_DUPLICATE_COLUMN.
   */
  rename<const M extends Readonly<Partial<Record<Name<S>, string>>>>(names: M): Frame<Renamed<S, M>> {
    const renaming = new Map(Object.entries<string | undefined>(names));
    for (const name of renaming.keys()) if (!this.has(name)) throw unknownColumn(name, this.#layout);
    return Frame.fromColumns([...this.#entries()].map(([name, column]) => [renaming.get(name) ?? name, column]));
  }

  /** Every column under the name that `rename` gives it. Throws FRAME_DUPLICATE_COLUMN. */
  renameAll(rename: (name: string) => string): AnyFrame {
    return Frame.fromColumns([...this.#entries()].map(([name, column]) => [rename(name), column]));
  }

  /** Head and tail as a table, for people. */
  toString(): string {
    return printFrame(this);
  }

  /** What Node's console shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  #holds(row: number): boolean {
    return Number.isInteger(row) && row >= 0 && row < this.length;
  }

  *#entries(): Generator<[string, Column]> {
    for (const [i, name] of this.#layout.names.entries()) yield [name, this.columnAt(i)];
  }
}

/** The frame without columns and rows: what a pair has before its first analysis. */
export const emptyFrame: AnyFrame = Frame.fromColumns([]);
