/** Encoded answers by what was asked, so that many consumers who ask for the same cost one encoding. Bounded in bytes. */
export class EncodedFrames {
  readonly #mostBytes: number;
  readonly #entries = new Map<string, Map<string, Uint8Array>>();
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** The bytes for these rows of this frame, from `encode` where they are not kept yet. */
  get(key: string, rows: string, encode: () => Uint8Array): Uint8Array {
    const known = this.#entries.get(key)?.get(rows);
    if (known !== undefined) return known;
    const bytes = encode();
    if (bytes.length > this.#mostBytes) return bytes;
    if (this.#bytes + bytes.length > this.#mostBytes) this.#clear();
    const ofKey = this.#entries.get(key) ?? new Map<string, Uint8Array>();
    this.#entries.set(key, ofKey.set(rows, bytes));
    this.#bytes += bytes.length;
    return bytes;
  }

  /** Drops what stands for an older state of this frame. */
  forget(key: string): void {
    for (const bytes of this.#entries.get(key)?.values() ?? []) this.#bytes -= bytes.length;
    this.#entries.delete(key);
  }

  /** Bytes kept now. */
  get bytes(): number {
    return this.#bytes;
  }

  #clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }
}
