/** The blocks used last, by index; beyond `most` the one unused for longest goes. */
export class BlockCache {
  readonly #blocks = new Map<number, Float64Array>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** The block of this index, made where it is not at hand. */
  get(index: number, make: (index: number) => Float64Array): Float64Array {
    const known = this.#blocks.get(index);
    const block = known ?? make(index);
    if (known) this.#blocks.delete(index);
    this.#blocks.set(index, block);
    if (this.#blocks.size > this.#most) {
      for (const oldest of this.#blocks.keys()) {
        this.#blocks.delete(oldest);
        break;
      }
    }
    return block;
  }

  clear(): void {
    this.#blocks.clear();
  }
}
