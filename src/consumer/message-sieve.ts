import { LONGEST_MESSAGE_BYTES } from './too-long.ts';
import { UpgradeResponse } from './upgrade-response.ts';
import { WebsocketHeader } from './websocket-header.ts';

/** A message that is passed over, since it is longer than is taken. */
export interface TooLongMessage {
  readonly bytes: number;
  /** Its first characters, which tell what it is; none where it is too long for any message. */
  readonly beginning: string;
}

const MOST_BEGINNING_BYTES = 512;

/**
 * Takes text messages that are longer than a limit out of what a websocket server sends, so that one of them costs neither memory
 * nor the connection. Everything else passes untouched: the response to the upgrade, control frames, and what is left to a
 * websocket library to refuse: binary messages and those in several frames.
 */
export class MessageSieve {
  readonly #mostBytes: number;
  readonly #onTooLong: (message: TooLongMessage) => void;
  readonly #response = new UpgradeResponse();
  readonly #header = new WebsocketHeader();
  #payloadLeft = 0;
  /** Whether the frame that is read passes. */
  #passes = true;
  /** Of a message that is passed over, until it is told. */
  #beginning: Uint8Array | undefined;
  #beginningBytes = 0;

  constructor(options: { readonly mostBytes: number; readonly onTooLong: (message: TooLongMessage) => void }) {
    this.#mostBytes = options.mostBytes;
    this.#onTooLong = options.onTooLong;
  }

  /** The parts of a chunk that pass, in order. Parts of a chunk share its memory. */
  pass(chunk: Uint8Array): readonly Uint8Array[] {
    const parts: Uint8Array[] = [];
    let at = 0;
    if (this.#response.becomes === undefined) {
      at = this.#response.read(chunk);
      addBytes(parts, chunk.subarray(0, at));
    }
    if (this.#response.becomes !== 'websocket') return [chunk];
    while (at < chunk.length)
      at = this.#header.isWhole ? this.#readPayload(chunk, at, parts) : this.#readHeader(chunk, at, parts);
    return parts;
  }

  /** A header is held back until it is whole, and passes with its payload. */
  #readHeader(chunk: Uint8Array, from: number, parts: Uint8Array[]): number {
    const to = this.#header.read(chunk, from);
    if (!this.#header.isWhole) return to;
    const { bytes, isWholeText, payloadLength } = this.#header;
    this.#payloadLeft = payloadLength;
    this.#passes = !isWholeText || payloadLength <= this.#mostBytes;
    if (this.#passes) addBytes(parts, bytes.length > to - from ? bytes : chunk.subarray(from, to));
    else this.#passOver(payloadLength);
    this.#endFrame();
    return to;
  }

  #passOver(length: number): void {
    const wanted = length > LONGEST_MESSAGE_BYTES ? 0 : Math.min(MOST_BEGINNING_BYTES, length);
    this.#beginning = new Uint8Array(wanted);
    this.#noteBeginning(new Uint8Array());
  }

  #readPayload(chunk: Uint8Array, from: number, parts: Uint8Array[]): number {
    const to = Math.min(chunk.length, from + this.#payloadLeft);
    const bytes = chunk.subarray(from, to);
    if (this.#passes) addBytes(parts, bytes);
    else this.#noteBeginning(bytes);
    this.#payloadLeft -= bytes.length;
    this.#endFrame();
    return to;
  }

  #endFrame(): void {
    if (this.#payloadLeft === 0) this.#header.reset();
  }

  /** Tells of the message as soon as enough of it came. */
  #noteBeginning(bytes: Uint8Array): void {
    const beginning = this.#beginning;
    if (beginning === undefined) return;
    const wanted = bytes.subarray(0, beginning.length - this.#beginningBytes);
    beginning.set(wanted, this.#beginningBytes);
    this.#beginningBytes += wanted.length;
    if (this.#beginningBytes < beginning.length) return;
    this.#beginning = undefined;
    this.#beginningBytes = 0;
    const text = new TextDecoder().decode(beginning, { stream: true });
    this.#onTooLong({ bytes: this.#header.payloadLength, beginning: text });
  }
}

/** Adds bytes to the parts that pass. Those that follow each other in memory are one part. */
function addBytes(parts: Uint8Array[], bytes: Uint8Array): void {
  const last = parts.at(-1);
  if (last === undefined || last.buffer !== bytes.buffer || last.byteOffset + last.length !== bytes.byteOffset) {
    parts.push(bytes);
  } else parts[parts.length - 1] = new Uint8Array(last.buffer, last.byteOffset, last.length + bytes.length);
}
