const LONGEST = 14;

/** A whole message in one frame, of text or of bytes. */
const TEXT = 0x81;
const BINARY = 0x82;
/** The last frame of a message, and one that is no part of any. */
const FINAL = 0x80;
const CONTROL = 0x08;
const LENGTHS = 0x7f;
const MASKED = 0x80;

/** Reads the header of a websocket frame, however it is cut into chunks (RFC 6455, section 5.2). */
export class WebsocketHeader {
  readonly #bytes = new Uint8Array(LONGEST);
  #read = 0;

  /** Begins with the next frame's. */
  reset(): void {
    this.#read = 0;
  }

  /** Reads on from that place of a chunk, and gives the place after what it took. */
  read(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.length && !this.isWhole) this.#bytes[this.#read++] = chunk[at++];
    return at;
  }

  get isWhole(): boolean {
    return this.#read === this.length;
  }

  /** What was read of it. */
  get bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#read);
  }

  /** Whether it is that of a message of text which is whole: one that can be passed over by itself. Servers mask none. */
  get isWholeText(): boolean {
    return this.#bytes[0] === TEXT && this.#bytes[1] < MASKED;
  }

  get isWholeMessage(): boolean {
    return this.#bytes[0] === TEXT || this.#bytes[0] === BINARY;
  }

  /** Whether a message ends with this frame. */
  get endsMessage(): boolean {
    return (this.#bytes[0] & FINAL) !== 0 && (this.#bytes[0] & CONTROL) === 0;
  }

  get payloadLength(): number {
    const view = new DataView(this.#bytes.buffer);
    const short = this.#bytes[1] & LENGTHS;
    if (short === 126) return view.getUint16(2);
    return short === 127 ? Number(view.getBigUint64(2)) : short;
  }

  /** Bytes of it, as far as what was read tells: at least two. */
  get length(): number {
    if (this.#read < 2) return 2;
    const lengths = this.#bytes[1];
    const short = lengths & LENGTHS;
    const ofLength = short < 126 ? 0 : short === 126 ? 2 : 8;
    return 2 + ofLength + (lengths & MASKED ? 4 : 0);
  }
}
