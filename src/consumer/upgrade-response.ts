/** A response with longer headers is left to the library that reads it. */
const MOST_BYTES = 64 * 1024;

const SWITCHING_PROTOCOLS = /^HTTP\/1\.1 101 /;

/** Reads along in the HTTP response that comes before a websocket, to find its end. */
export class UpgradeResponse {
  #text = '';
  #becomes: 'websocket' | 'other' | undefined;

  /** What follows it, as far as that is known: a websocket, or something else. */
  get becomes(): 'websocket' | 'other' | undefined {
    return this.#becomes;
  }

  /** Reads a chunk, and gives the place after what belongs to the response. */
  read(chunk: Uint8Array): number {
    const before = this.#text.length;
    // A character a byte.
    this.#text += new TextDecoder('latin1').decode(chunk);
    const end = this.#text.indexOf('\r\n\r\n');
    if (end === -1 && this.#text.length <= MOST_BYTES) return chunk.length;
    this.#becomes = end !== -1 && SWITCHING_PROTOCOLS.test(this.#text) ? 'websocket' : 'other';
    this.#text = '';
    return end === -1 ? chunk.length : end + 4 - before;
  }
}
