import { PassingParts, type PartsMemory } from './passing-parts.ts';
import { LONGEST_MESSAGE_BYTES } from './too-long.ts';
import { UpgradeResponse } from './upgrade-response.ts';
import { WebsocketHeader } from './websocket-header.ts';

/** A message that is passed over, since it is longer than is taken. */
export interface TooLongMessage {
  readonly bytes: number;
  /** Its first characters, which tell what it is; none where it is too long for any message. */
  readonly beginning: string;
}

export interface MessageSieveOptions {
  readonly mostBytes: number;
  readonly onTooLong: (message: TooLongMessage) => void;
  /** Gives memory for so many bytes that pass; it may hold anything. */
  readonly memory?: (bytes: number) => Uint8Array;
  /** The same for whole messages, which are read at once as a rule. Default: `memory`. */
  readonly messageMemory?: ((bytes: number) => Uint8Array) | undefined;
}

const MOST_BEGINNING_BYTES = 512;

/**
 * Of a frame that comes in several chunks, the payload is put together up to this length. A longer one passes in pieces, so that memory
 * follows what arrived, not what was announced.
 */
const MOST_JOINED_BYTES = 256 * 1024;

/**
 * Takes text messages that are longer than a limit out of what a websocket server sends, so that one of them costs neither memory
 * nor the connection. Everything else passes untouched: the response to the upgrade, control frames, and what is left to a
 * websocket library to refuse: binary messages and those in several frames.
 */
export class MessageSieve {
  readonly #mostBytes: number;
  readonly #onTooLong: (message: TooLongMessage) => void;
  readonly #memory: PartsMemory;
  readonly #response = new UpgradeResponse();
  readonly #header = new WebsocketHeader();
  #payloadLeft = 0;
  /** Whether the frame that is read passes. */
  #passes = true;
  /** Whether it is a message that is whole with the chunk that is read, or with its payload that is put together. */
  #isWhole = false;
  /** Of a payload that is put together, all of it, whatever has come. */
  #joined: Uint8Array | undefined;
  /** Of a message that is passed over, until it is told. */
  #beginning: Uint8Array | undefined;
  #beginningBytes = 0;

  #messages = 0;

  constructor(options: MessageSieveOptions) {
    const { memory = (bytes) => new Uint8Array(bytes) } = options;
    this.#mostBytes = options.mostBytes;
    this.#onTooLong = options.onTooLong;
    this.#memory = { ofMessages: options.messageMemory ?? memory, ofOthers: memory };
  }

  /** Whether the connection has become a websocket. */
  get isWebsocket(): boolean {
    return this.#response.becomes === 'websocket';
  }

  /** Messages that have wholly passed. */
  get messages(): number {
    return this.#messages;
  }

  /** The payload that is being put together. */
  get joined(): Uint8Array | undefined {
    return this.#joined;
  }

  /**
   * What passes of a chunk, in order, in memory of its own: the chunk's may be written again afterwards. A payload that was put together
   * is a part by itself, and so is what comes before it: who reads it needs no copy.
   */
  pass(chunk: Uint8Array): readonly Uint8Array[] {
    const parts = new PassingParts(chunk, this.#memory);
    let at = 0;
    if (this.#response.becomes === undefined) {
      at = this.#response.read(chunk);
      parts.add(0, at, false);
    }
    if (this.#response.becomes !== 'websocket') {
      parts.add(at, chunk.length, false);
      return parts.end();
    }
    while (at < chunk.length)
      at = this.#header.isWhole ? this.#readPayload(chunk, at, parts) : this.#readHeader(chunk, at, parts);
    return parts.end();
  }

  /** A header is held back until it is whole. */
  #readHeader(chunk: Uint8Array, from: number, parts: PassingParts): number {
    const to = this.#header.read(chunk, from);
    if (!this.#header.isWhole) return to;
    const { length, isWholeText, payloadLength } = this.#header;
    this.#payloadLeft = payloadLength;
    this.#passes = !isWholeText || payloadLength <= this.#mostBytes;
    const bytesHere = chunk.length - to;
    const isJoined = this.#passes && this.#isJoined(bytesHere);
    this.#isWhole = this.#header.isWholeMessage && (isJoined || payloadLength <= bytesHere);
    if (!this.#passes) this.#passOver(payloadLength);
    else if (length > to - from) parts.addOwn(this.#header.bytes);
    else parts.add(from, to, this.#isWhole);
    if (isJoined)
      this.#joined = this.#isWhole ? this.#memory.ofMessages(payloadLength) : this.#memory.ofOthers(payloadLength);
    this.#endFrame();
    return to;
  }

  /** One that is longer than what is taken is refused by its header; nobody needs its payload. */
  #isJoined(bytesHere: number): boolean {
    return this.#payloadLeft > bytesHere && this.#payloadLeft <= Math.min(this.#mostBytes, MOST_JOINED_BYTES);
  }

  #passOver(length: number): void {
    const wanted = length > LONGEST_MESSAGE_BYTES ? 0 : Math.min(MOST_BEGINNING_BYTES, length);
    this.#beginning = new Uint8Array(wanted);
    this.#noteBeginning(new Uint8Array());
  }

  #readPayload(chunk: Uint8Array, from: number, parts: PassingParts): number {
    const to = Math.min(chunk.length, from + this.#payloadLeft);
    if (!this.#passes) this.#noteBeginning(chunk.subarray(from, to));
    else if (this.#joined === undefined) parts.add(from, to, this.#isWhole);
    else this.#joined.set(chunk.subarray(from, to), this.#joined.length - this.#payloadLeft);
    this.#payloadLeft -= to - from;
    if (this.#joined !== undefined && this.#payloadLeft === 0) {
      parts.addOwn(this.#joined);
      this.#joined = undefined;
    }
    this.#endFrame();
    return to;
  }

  #endFrame(): void {
    if (this.#payloadLeft > 0) return;
    if (this.#passes && this.#header.endsMessage) this.#messages += 1;
    this.#header.reset();
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
