/** Longer snapshots get memory of their own. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Memory in which one snapshot after the other is put together: to take and let go as much for each would cost more than to copy them.
 * There is one piece of it; who comes while it is taken makes its own.
 */
export class SnapshotMemory {
  #bytes = new Uint8Array();
  #isTaken = false;

  /** At least so many bytes, until they are given back; undefined where they are taken, or too many. */
  take(bytes: number): Uint8Array<ArrayBuffer> | undefined {
    if (this.#isTaken || bytes > MOST_BYTES || bytes === 0) return undefined;
    if (this.#bytes.length < bytes) this.#bytes = new Uint8Array(bytes);
    this.#isTaken = true;
    return this.#bytes;
  }

  /** Gives back what was taken, or a part of it. Harmless for other memory. */
  giveBack(bytes: Uint8Array): void {
    if (bytes.buffer === this.#bytes.buffer) this.#isTaken = false;
  }
}
