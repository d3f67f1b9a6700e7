import { FrameError } from '../frame/index.ts';

/** A promise about Arrow bytes that does not hold. */
export function invalidArrow(what: string, value?: unknown): FrameError {
  return new FrameError('FRAME_ARROW_INVALID', `not readable as Arrow IPC: ${what}`, { value });
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The bytes of one FlatBuffer. Every read outside of them throws RangeError, and the elements of all vectors together cannot be
 * more than fit, so that vectors which overlap on purpose cannot multiply the work.
 */
export class FlatBuffer {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  #elementsLeft: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#elementsLeft = bytes.byteLength >> 2;
  }

  root(): FlatTable {
    return new FlatTable(this, 0);
  }

  /** Positions of a vector's elements. `at` is where the offset to the vector stands. */
  vector(at: number, stride: number): number[] {
    const base = at + this.view.getInt32(at, true);
    const length = this.view.getInt32(base, true);
    this.#elementsLeft -= length;
    if (length < 0 || this.#elementsLeft < 0 || base + 4 + length * stride > this.bytes.byteLength) {
      throw invalidArrow(`a list of ${length} entries does not fit into its message`, length);
    }
    return Array.from({ length }, (_, i) => base + 4 + i * stride);
  }
}

/** One table of a FlatBuffer. Slots are numbered as in Arrow's schema files; an absent one reads as 0 or undefined. */
export class FlatTable {
  readonly #buffer: FlatBuffer;
  readonly #start: number;
  readonly #vtable: number;
  readonly #vtableSize: number;

  /** `at` is where the offset to the table stands. */
  constructor(buffer: FlatBuffer, at: number) {
    const { view } = buffer;
    this.#buffer = buffer;
    this.#start = at + view.getInt32(at, true);
    this.#vtable = this.#start - view.getInt32(this.#start, true);
    this.#vtableSize = view.getInt16(this.#vtable, true);
  }

  #at(slot: number): number | undefined {
    const entry = 4 + 2 * slot;
    if (entry >= this.#vtableSize) return undefined;
    const offset = this.#buffer.view.getInt16(this.#vtable + entry, true);
    return offset === 0 ? undefined : this.#start + offset;
  }

  uint8(slot: number): number {
    const at = this.#at(slot);
    return at === undefined ? 0 : this.#buffer.view.getUint8(at);
  }

  int16(slot: number): number {
    const at = this.#at(slot);
    return at === undefined ? 0 : this.#buffer.view.getInt16(at, true);
  }

  int64(slot: number): number {
    const at = this.#at(slot);
    return at === undefined ? 0 : int64At(this.#buffer.view, at);
  }

  table(slot: number): FlatTable | undefined {
    const at = this.#at(slot);
    return at === undefined ? undefined : new FlatTable(this.#buffer, at);
  }

  tables(slot: number): FlatTable[] {
    const at = this.#at(slot);
    return at === undefined ? [] : this.#buffer.vector(at, 4).map((place) => new FlatTable(this.#buffer, place));
  }

  /** A vector of structs of `words` 64-bit integers each. */
  int64s(slot: number, words: number): number[][] {
    const at = this.#at(slot);
    if (at === undefined) return [];
    const { view } = this.#buffer;
    const places = this.#buffer.vector(at, 8 * words);
    return places.map((place) => Array.from({ length: words }, (_, i) => int64At(view, place + 8 * i)));
  }

  text(slot: number): string {
    const at = this.#at(slot);
    if (at === undefined) return '';
    const base = at + this.#buffer.view.getInt32(at, true);
    const length = this.#buffer.view.getInt32(base, true);
    const end = base + 4 + length;
    if (length < 0 || end > this.#buffer.bytes.byteLength) throw invalidArrow(`a name of ${length} bytes does not fit`);
    return utf8.decode(this.#buffer.bytes.subarray(base + 4, end));
  }
}

/** Beyond 2^53 it is only good for being found too large. */
export function int64At(view: DataView, at: number): number {
  return Number(view.getBigInt64(at, true));
}
