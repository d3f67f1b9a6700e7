/* oxlint-disable typescript/no-unsafe-type-assertion -- a column's kind says which cells it holds, which the type checker cannot follow */
import { Column, type ColumnKind } from '../../frame/index.ts';
import { isLittleEndian } from '../../util/little-endian.ts';
import { quote } from '../describe-value.ts';
import { NULL_TEXT } from './cell-writer.ts';
import type { Cells } from './row-landing.ts';
import { viewOf } from './stream-header.ts';
import type { StreamLimits } from './stream-limits.ts';
import { type StreamRefused, refuse, tooLarge } from './stream-refusal.ts';
import { cellBytes } from './stream-schema.ts';
import { readText } from './text-bytes.ts';

/** Fewer values are read one by one, which is faster than making views to copy from. */
const FEWEST_COPIED = 16;

const noBytes = new Uint8Array();

/** The doubles of some memory from `start` to `end` (exclusive). */
export interface MemoryPart {
  readonly data: Float64Array;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads cells from a peer's bytes, one block after the other. After the first that does not fit, `refusal` says why, and what is read is
 * without meaning.
 */
export class CellReader {
  readonly view: DataView;
  at: number;
  refusal: StreamRefused | undefined = undefined;
  readonly #bytes: Uint8Array;
  readonly #limits: Required<StreamLimits>;
  readonly #stream: number;
  /** The memory that doubles went to last. */
  #target: Uint8Array = noBytes;

  constructor(bytes: Uint8Array, at: number, stream: number, limits: Required<StreamLimits>) {
    this.view = viewOf(bytes);
    this.at = at;
    this.#bytes = bytes;
    this.#stream = stream;
    this.#limits = limits;
  }

  /** Bytes that are not read yet. */
  get left(): number {
    return this.#bytes.length - this.at;
  }

  /** Whether there are `count` things of `bytes` each or more; if not, that is the refusal. Asked before memory is taken for them. */
  holds(count: number, bytes: number, what: string): boolean {
    if (count * bytes <= this.left) return true;
    this.refuse(`${quote(what)}: ${count} of ${bytes} bytes or more do not fit in the ${this.left} that are left`);
    return false;
  }

  refuse(reason: string): void {
    this.refusal ??= refuse('STREAM_BAD_PAYLOAD', `stream ${this.#stream}: ${reason}`);
  }

  /**
   * A column of `count` cells; undefined where the bytes are not there.
   *
   * @param memory for doubles: where they go, and with them room for rows to come. Default: memory of their own.
   */
  column(kind: ColumnKind, count: number, name: string, memory?: MemoryPart): Column | undefined {
    if (!this.holds(count, cellBytes[kind], name)) return undefined;
    if (memory !== undefined) {
      this.cells(kind, memory.data, memory.start, count, name);
      return Column.adoptWithRoom(kind, memory.data, count, memory);
    }
    const cells = cellsFor(kind, count);
    this.cells(kind, cells, 0, count, name);
    return Column.adopt(kind, cells);
  }

  /** Reads `count` cells of a column into `target`, from index `to` on. Whether their least bytes are there was asked before. */
  cells(kind: ColumnKind, target: Cells, to: number, count: number, name: string): void {
    if (kind === 'string') this.#texts(target as (string | null)[], to, count, name);
    else if (kind === 'bool') this.#booleans(target as Uint8Array, to, count, name);
    else if (kind === 'int64') this.#int64s(target as BigInt64Array, to, count);
    else {
      this.#doubles(target as Float64Array, to, count);
      if (kind === 'int') this.#expectIntegers(target as Float64Array, to, count, name);
    }
  }

  /** One double, whose bytes are there. */
  double(): number {
    const { at } = this;
    this.at = at + 8;
    return this.view.getFloat64(at, true);
  }

  #doubles(target: Float64Array, to: number, count: number): void {
    const { view, at } = this;
    this.at += 8 * count;
    if (isLittleEndian && count >= FEWEST_COPIED) {
      const source = new Uint8Array(view.buffer, view.byteOffset + at, 8 * count);
      // Most columns of a window lie in one piece of memory.
      if (this.#target.buffer !== target.buffer) this.#target = new Uint8Array(target.buffer);
      this.#target.set(source, target.byteOffset + 8 * to);
    } else for (let i = 0; i < count; i++) target[to + i] = view.getFloat64(at + 8 * i, true);
  }

  #expectIntegers(cells: Float64Array, start: number, count: number, name: string): void {
    for (let i = start; i < start + count; i++) {
      if (Number.isSafeInteger(cells[i])) continue;
      const expected = 'expected an integer within ±(2^53 - 1)';
      this.refuse(`column ${quote(name)}, cell ${i - start}: ${expected}, found ${cells[i]}`);
      return;
    }
  }

  #int64s(target: BigInt64Array, to: number, count: number): void {
    for (let i = 0; i < count; i++, this.at += 8) target[to + i] = this.view.getBigInt64(this.at, true);
  }

  #booleans(target: Uint8Array, to: number, count: number, name: string): void {
    for (let i = 0; i < count; i++, this.at++) {
      const byte = this.#bytes[this.at];
      target[to + i] = byte;
      if (byte > 1) this.refuse(`column ${quote(name)}, cell ${i}: expected 0 or 1, found ${byte}`);
    }
  }

  #texts(target: (string | null)[], to: number, count: number, name: string): void {
    for (let i = 0; i < count && this.refusal === undefined; i++) target[to + i] = this.#text(name, i);
  }

  #text(name: string, cell: number): string | null {
    if (!this.holds(1, 4, name)) return null;
    // As it stands in a register: the number that stands for null would be an object each time.
    const signed = this.view.getInt32(this.at, true);
    this.at += 4;
    if (signed === (NULL_TEXT | 0)) return null;
    const length = signed >>> 0;
    const { mostTextBytes } = this.#limits;
    if (length > mostTextBytes) {
      const what = `stream ${this.#stream}: bytes of a text of column ${quote(name)}`;
      this.refusal ??= tooLarge(what, length, 'mostTextBytes', mostTextBytes);
      return null;
    }
    if (!this.holds(1, length, name)) return null;
    const text = readText(this.#bytes, this.at, this.at + length);
    this.at += length;
    if (text === undefined) this.refuse(`column ${quote(name)}, cell ${cell}: the bytes of the text are not UTF-8`);
    return text ?? null;
  }
}

function cellsFor(kind: ColumnKind, count: number): Cells {
  if (kind === 'string') return Array.from({ length: count }, () => null);
  if (kind === 'bool') return new Uint8Array(count);
  return kind === 'int64' ? new BigInt64Array(count) : new Float64Array(count);
}
