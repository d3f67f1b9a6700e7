/** Pieces are made for no less, and a little more than is asked for, so that one suits the next message too. */
const LEAST_BYTES = 16 * 1024;
const STEP_BYTES = 16 * 1024;

/**
 * Memory that is used again for one message after the other: to take as much anew for each costs more than to fill it, and stays for a
 * while after the message has gone.
 */
export class LentMemory {
  readonly #newMemory: (bytes: number) => Uint8Array;
  readonly #free: Uint8Array[] = [];
  #lent: Uint8Array[] = [];

  /** @param newMemory gives memory of its own for so many bytes. */
  constructor(newMemory: (bytes: number) => Uint8Array) {
    this.#newMemory = newMemory;
  }

  /** Memory for exactly so many bytes. It may hold anything. */
  lend(bytes: number): Uint8Array {
    if (bytes < LEAST_BYTES) return this.#newMemory(bytes);
    const place = this.#free.findIndex(({ length }) => length >= bytes);
    // Those that are left are too short, and others of this length will follow.
    if (place === -1) this.#free.length = 0;
    const piece =
      place === -1 ? this.#newMemory(STEP_BYTES * Math.ceil(bytes / STEP_BYTES)) : this.#free.splice(place, 1)[0];
    this.#lent.push(piece);
    return piece.subarray(0, bytes);
  }

  /** Nobody reads what was lent any more, but for `kept`: it may be lent again. */
  takeBack(kept: Uint8Array | undefined): void {
    const isKept = (piece: Uint8Array) => piece.buffer === kept?.buffer && piece.byteOffset === kept.byteOffset;
    for (const piece of this.#lent) if (!isKept(piece)) this.#free.push(piece);
    this.#lent = this.#lent.filter(isKept);
  }

  /** Somebody may read what was lent still: it is no longer ours. */
  lose(): void {
    this.#lent = [];
  }
}
