/** What passes of one chunk of memory that is written again afterwards. Stretches that follow each other are copied together. */
export class PassingParts {
  readonly #chunk: Uint8Array;
  readonly #memory: (bytes: number) => Uint8Array;
  readonly #parts: Uint8Array[] = [];
  /** The stretch of the chunk that passes and is not copied yet. */
  #from = 0;
  #to = 0;

  /** @param memory gives memory for so many bytes. */
  constructor(chunk: Uint8Array, memory: (bytes: number) => Uint8Array) {
    this.#chunk = chunk;
    this.#memory = memory;
  }

  /** That stretch of the chunk passes. */
  add(from: number, to: number): void {
    if (from !== this.#to) {
      this.#cut();
      this.#from = from;
    }
    this.#to = to;
  }

  /** These bytes pass, which are in memory of their own. */
  addOwn(bytes: Uint8Array): void {
    this.#cut();
    this.#parts.push(bytes);
  }

  /** Copies the stretch; what follows is another part. */
  #cut(): void {
    if (this.#from === this.#to) return;
    const copy = this.#memory(this.#to - this.#from);
    copy.set(this.#chunk.subarray(this.#from, this.#to));
    this.#parts.push(copy);
    this.#from = this.#to;
  }

  /** All that passed, in order. */
  end(): readonly Uint8Array[] {
    this.#cut();
    return this.#parts;
  }
}
