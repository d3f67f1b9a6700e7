/** What gives memory for so many bytes. */
export interface PartsMemory {
  /** For messages that are whole, which are read at once as a rule. */
  readonly ofMessages: (bytes: number) => Uint8Array;
  readonly ofOthers: (bytes: number) => Uint8Array;
}

/** What passes of one chunk of memory that is written again afterwards. Stretches that follow each other are copied together. */
export class PassingParts {
  readonly #chunk: Uint8Array;
  readonly #memory: PartsMemory;
  readonly #parts: Uint8Array[] = [];
  /** The stretch of the chunk that passes and is not copied yet. */
  #from = 0;
  #to = 0;
  /** Whether it is whole messages. */
  #isWhole = false;

  constructor(chunk: Uint8Array, memory: PartsMemory) {
    this.#chunk = chunk;
    this.#memory = memory;
  }

  /** That stretch of the chunk passes; `isWhole` where it is of messages that are whole with this chunk. */
  add(from: number, to: number, isWhole: boolean): void {
    if (from !== this.#to || isWhole !== this.#isWhole) {
      this.#cut();
      this.#from = from;
      this.#isWhole = isWhole;
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
    const memory = this.#isWhole ? this.#memory.ofMessages : this.#memory.ofOthers;
    const copy = memory(this.#to - this.#from);
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
