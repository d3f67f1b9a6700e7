/* oxlint-disable typescript/no-unsafe-type-assertion -- a column's kind says which values it holds, which the type checker cannot follow */
import { assert } from '../util/assert.ts';
import { FrameError } from './frame-error.ts';

/** Numbers that their holder may read and not write: a typed array or plain array of them fits. */
export interface Numbers {
  readonly length: number;
  readonly [index: number]: number;
}

/** Truth values as 0 and 1, one byte each. */
export interface Booleans extends Numbers {
  readonly BYTES_PER_ELEMENT: number;
  readonly [booleansBrand]?: true;
}
declare const booleansBrand: unique symbol;

/** A Float64Array as those see it who only read. */
export interface ReadonlyFloat64Array extends Omit<
  Float64Array,
  number | 'BYTES_PER_ELEMENT' | 'buffer' | 'copyWithin' | 'fill' | 'reverse' | 'set' | 'sort' | 'subarray' | 'valueOf'
> {
  readonly [index: number]: number;
}

/** A Float64Array of whole numbers within ±(2^53 - 1) that becomes a column of kind `int`: what candlestick patterns give. */
export interface Integers extends ReadonlyFloat64Array {
  readonly [integersBrand]: true;
}
declare const integersBrand: unique symbol;

/** 64-bit integers. */
export interface BigInts {
  readonly length: number;
  readonly [index: number]: bigint;
}

/** Text; null where there is none. */
export type Strings = ReadonlyArray<string | null>;

/**
 * What a column of each kind shows its holders.
 *
 * - `float64`: IEEE doubles; a missing value is NaN.
 * - `timestamp`: milliseconds since the Unix epoch in UTC; a missing one is NaN.
 * - `int`: integers within ±(2^53 - 1), flags (0 and 1) among them; never missing.
 * - `int64`: integers of 64 bits, for columns that hold larger ones.
 * - `bool`: 0 and 1; never missing.
 * - `string`: text or null.
 */
export interface ColumnValues {
  float64: Numbers;
  timestamp: Numbers;
  int: Numbers;
  int64: BigInts;
  bool: Booleans;
  string: Strings;
}

export type ColumnKind = keyof ColumnValues;

/** Whether cells of a kind are doubles, in memory and on the wire. */
export function isDouble(kind: ColumnKind): boolean {
  return kind === 'float64' || kind === 'timestamp' || kind === 'int';
}

/** One cell of a column, as `row` and `last` return it. */
export interface CellValues {
  float64: number;
  timestamp: number;
  int: number;
  int64: bigint;
  bool: boolean;
  string: string | null;
}

export type CellValue = CellValues[ColumnKind];

/** What stands behind columns: written once past `used`, never changed before it. Columns share it. */
export type Data = Float64Array | BigInt64Array | Uint8Array | (string | null)[];

interface Store {
  readonly data: Data;
  /** Rows written so far, by whichever column is the newest. */
  used: number;
  /** Rows that `data` may hold before a column must move. Plain arrays have one too, so that a sliding window lets go of old text. */
  readonly capacity: number;
}

/** Memory that was lent out, by its buffer; gone when the buffer is. */
const lent = new WeakMap<ArrayBufferLike, Column<'float64' | 'int' | 'timestamp'>>();

/** Memory that holds whole numbers, by its buffer. */
const integers = new WeakSet<ArrayBufferLike>();

/** Room for at least this many rows is made beyond those needed when a column must move. */
const LEAST_SPARE_ROWS = 64;

/**
 * A typed, immutable run of values. Slices share memory with their origin; appending to the newest one writes behind its last
 * row, where no older holder looks, and moves the column only when its memory is full.
 */
export class Column<K extends ColumnKind = ColumnKind> {
  readonly kind: K;
  readonly #store: Store;
  readonly #start: number;
  readonly #end: number;
  #values: ColumnValues[K] | undefined;

  private constructor(kind: K, store: Store, start: number, end: number) {
    this.kind = kind;
    this.#store = store;
    this.#start = start;
    this.#end = end;
  }

  /** Takes the array over: the caller must not write to it again. */
  static adopt<K extends ColumnKind>(kind: K, data: Data): Column<K> {
    return new Column(kind, { data, used: data.length, capacity: data.length }, 0, data.length);
  }

  /**
   * Takes over a view that begins its memory: what lies behind it is room for rows to come, so that those are appended without
   * moving the ones that are there. The caller must not write to any of it again.
   */
  static adoptGrowing<K extends ColumnKind>(kind: K, view: Float64Array): Column<K> {
    if (view.byteOffset !== 0 || view.byteLength === view.buffer.byteLength) return Column.adopt(kind, view);
    return Column.adoptWithRoom(kind, new Float64Array(view.buffer), view.length);
  }

  /**
   * Takes over a part of memory: `length` values from `start` on are the column's, what lies behind them up to `end` is room for rows to
   * come. Other parts may be those of other columns.
   */
  static adoptWithRoom<K extends ColumnKind>(
    kind: K,
    data: Float64Array,
    length: number,
    { start, end }: { readonly start: number; readonly end: number } = { start: 0, end: data.length },
  ): Column<K> {
    return new Column(kind, { data, used: start + length, capacity: end }, start, start + length);
  }

  /**
   * A column of `length` values that `make` computes when the first one is asked for, and never before: for columns of which
   * most are not read. `make` runs once, must give an array of that length, and must not depend on when it runs.
   */
  static later<K extends ColumnKind>(kind: K, length: number, make: () => Data): Column<K> {
    let pending: (() => Data) | undefined = make;
    let made: Data = [];
    const store: Store = {
      get data() {
        if (pending !== undefined) made = pending();
        // What it was made from can go.
        pending = undefined;
        return made;
      },
      used: length,
      capacity: length,
    };
    return new Column(kind, store, 0, length);
  }

  /**
   * Lends out memory of numbers: from now on a view of it, wherever in it, becomes a column without being copied, of this kind. The
   * lender may write behind what it has handed out views of, and must never change anything before that.
   */
  static lend(kind: 'float64' | 'int' | 'timestamp', data: Float64Array): void {
    // Nothing is ever appended here: for the columns, the memory is full.
    lent.set(data.buffer, new Column(kind, { data, used: data.length, capacity: data.length }, 0, data.length));
  }

  /** Whether this is a view of lent memory: its values never change. */
  static isLent(view: Float64Array): boolean {
    return lent.has(view.buffer);
  }

  /** The column of lent memory that this is a view of, if it is one. */
  static lentTo(view: Float64Array): Column<'float64' | 'int' | 'timestamp'> | undefined {
    const whole = lent.get(view.buffer);
    if (whole === undefined) return undefined;
    const start = view.byteOffset / Float64Array.BYTES_PER_ELEMENT;
    const column = whole.slice(start, start + view.length);
    column.#values = view;
    return column;
  }

  get length(): number {
    return this.#end - this.#start;
  }

  /** The values: a view of the shared memory, made once; for text a frozen copy, made when first asked for. */
  get values(): ColumnValues[K] {
    this.#values ??= view(this.#store.data, this.#start, this.#end) as unknown as ColumnValues[K];
    return this.#values;
  }

  /** The value at `row`, which must be within the column; booleans as true and false. */
  cell(row: number): CellValues[K] {
    const value = this.#store.data[this.#start + row];
    return (this.kind === 'bool' ? value === 1 : value) as CellValues[K];
  }

  /** The same numbers as kind `float64`, without copying. Only for kinds that are stored as doubles. */
  asFloat64(this: Column<'float64' | 'int' | 'timestamp'>): Column<'float64'> {
    return new Column('float64', this.#store, this.#start, this.#end);
  }

  /** The same values in memory of their own, copied when the first one is asked for. */
  detached(): Column<K> {
    return Column.later(this.kind, this.length, () => this.#store.data.slice(this.#start, this.#end));
  }

  /** Rows `start` to `end` (exclusive), both within the column or what was written behind it. Shares memory. */
  slice(start: number, end: number): Column<K> {
    return new Column(this.kind, this.#store, this.#start + start, this.#start + end);
  }

  /** This column's rows, then the other's. Both must be of one kind. */
  append(other: Column<K>): Column<K> {
    const store = this.#roomFor(other.length);
    const start = store === this.#store ? this.#start : 0;
    const end = start + this.length;
    write(store.data, end, other.#store.data, other.#start, other.#end);
    store.used = end + other.length;
    return new Column(this.kind, store, start, store.used);
  }

  /**
   * These values with those at `rows` replaced by `values`, one for each, in memory of its own that has room for rows to come. The
   * rows must be within the column.
   */
  replaced(rows: Uint32Array, values: Column<K>): Column<K> {
    const store = moved(this, 0);
    const { data, start } = Column.raw(values);
    const { data: target } = store;
    if (target instanceof Float64Array && data instanceof Float64Array) scatterDoubles(target, rows, data, start);
    else for (let i = 0; i < rows.length; i++) target[rows[i]] = data[start + i];
    return new Column(this.kind, store, 0, this.length);
  }

  /** This column of doubles copied into a part of other memory, where what is left of that is room for rows to come. */
  movedTo(memory: Float64Array, part: { readonly start: number; readonly end: number }): Column<K> {
    const { data } = this.#store;
    assert(data instanceof Float64Array, 'what is moved into memory of doubles holds doubles');
    memory.set(data.subarray(this.#start, this.#end), part.start);
    return Column.adoptWithRoom(this.kind, memory, this.length, part);
  }

  /** This store where its free rows come right behind our last, else a new one that holds our rows. */
  #roomFor(rows: number): Store {
    const store = this.#store;
    const isNewest = store.used === this.#end;
    return isNewest && this.#end + rows <= store.capacity ? store : moved(this, rows);
  }

  /** Whether `rows` more can be written right behind row `end` of what lies from the column's first row on. */
  static hasRoomBehind(column: Column, end: number, rows: number): boolean {
    const store = column.#store;
    const at = column.#start + end;
    return store.used === at && at + rows <= store.capacity;
  }

  /** Writes the rows `from` to `to` (exclusive) of another column of the same kind there, where there must be room. */
  static writeBehind(column: Column, end: number, source: Column, from: number, to: number): void {
    const store = column.#store;
    const at = column.#start + end;
    write(store.data, at, source.#store.data, source.#start + from, source.#start + to);
    store.used = at + to - from;
  }

  /** The memory in which a column lies, from `startOf` on. */
  static dataOf(column: Column): Data {
    return column.#store.data;
  }

  /** Where in its memory a column's first row lies. */
  static startOf(column: Column): number {
    return column.#start;
  }

  /** For `moved`: the raw data and where ours starts. */
  static raw(column: Column): { readonly data: Data; readonly start: number; readonly end: number } {
    return { data: column.#store.data, start: column.#start, end: column.#end };
  }
}

/** So many rows, and room for an eighth more. */
export function withSpareRows(rows: number): number {
  return rows + Math.max(LEAST_SPARE_ROWS, rows >> 3);
}

function moved(column: Column, extraRows: number): Store {
  const used = column.length;
  const { data, start, end } = Column.raw(column);
  const capacity = withSpareRows(used) + extraRows;
  if (Array.isArray(data)) return { data: data.slice(start, end), used, capacity };
  if (data instanceof BigInt64Array) {
    const target = new BigInt64Array(capacity);
    target.set(data.subarray(start, end));
    return { data: target, used, capacity };
  }
  const target = data instanceof Uint8Array ? new Uint8Array(capacity) : new Float64Array(capacity);
  target.set(data.subarray(start, end));
  return { data: target, used, capacity };
}

/** Copies what lies in `data` from `start` to `end` (exclusive) into `target` from index `at`. */
function write(target: Data, at: number, data: Data, start: number, end: number): void {
  if (target instanceof Float64Array && data instanceof Float64Array) copyDoubles(target, at, data, start, end);
  else if (target instanceof Uint8Array && data instanceof Uint8Array) copyBytes(target, at, data, start, end);
  else for (let i = start, j = at; i < end; i++, j++) target[j] = data[i];
}

/**
 * A loop of its own, which sees one kind of array: one that sees all of them takes many times as long. It suits the common case, one
 * row, better than a view and a set.
 */
function copyDoubles(target: Float64Array, at: number, data: Float64Array, start: number, end: number): void {
  for (let i = start, j = at; i < end; i++, j++) target[j] = data[i];
}

function scatterDoubles(target: Float64Array, rows: Uint32Array, data: Float64Array, start: number): void {
  for (let i = 0; i < rows.length; i++) target[rows[i]] = data[start + i];
}

function copyBytes(target: Uint8Array, at: number, data: Uint8Array, start: number, end: number): void {
  for (let i = start, j = at; i < end; i++, j++) target[j] = data[i];
}

function view(data: Data, start: number, end: number): Data {
  if (Array.isArray(data)) return Object.freeze(data.slice(start, end)) as (string | null)[];
  return start === 0 && end === data.length ? data : data.subarray(start, end);
}

/**
 * Says of an array that it will hold nothing but whole numbers within ±(2^53 - 1): a frame then takes it, or a view of it, as kind
 * `int`, without a look at each. Returns the array.
 */
export function markIntegers(data: Float64Array): Float64Array {
  integers.add(data.buffer);
  return data;
}

/** Whether `markIntegers` was told of this array's memory. */
export function holdsIntegers(view: Float64Array): boolean {
  return integers.has(view.buffer);
}

/** Whether both arrays begin at one place of one memory. */
export function isSameMemory(left: Float64Array, right: Float64Array): boolean {
  return left.byteOffset === right.byteOffset && left.buffer === right.buffer;
}

/** Numbers as a column of kind `timestamp`: milliseconds since the epoch, UTC; a fraction may be finer; NaN where missing. Copies. */
export function timestamps(values: Numbers): Column<'timestamp'> {
  return Column.adopt('timestamp', Float64Array.from(values));
}

/**
 * Numbers as a column of kind `int`. Copies.
 *
 * @throws FrameError FRAME_BAD_VALUE for a fraction, NaN, or an integer beyond ±(2^53 - 1).
 */
export function ints(values: Numbers): Column<'int'> {
  const data = new Float64Array(values.length);
  for (let i = 0; i < data.length; i++) {
    const value = values[i];
    if (!Number.isSafeInteger(value)) {
      throw new FrameError('FRAME_BAD_VALUE', `row ${i}: expected an integer within ±(2^53 - 1), found ${value}`, {
        value,
      });
    }
    data[i] = value + 0; // -0 would not be an integer's zero
  }
  return Column.adopt('int', data);
}
