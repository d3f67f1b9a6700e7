import { Buffer } from 'node:buffer';
import type { OnReadOpts, Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { LentMemory } from './lent-memory.ts';
import { MessageSieve, type MessageSieveOptions } from './message-sieve.ts';

/** Between two tellings that bytes arrive. */
const PROGRESS_MS = 1_000;

/** As much as a socket is read at once. */
const READ_BYTES = 128 * 1024;

/**
 * A socket whose incoming bytes have been through a sieve: what stands between a connection and the library that reads it. All of them
 * are read into one piece of memory: a socket would take a new one for each read, of which a message of a few bytes needs next to none.
 */
export class SievedStream extends Duplex {
  /** The option with which the socket is to be made. */
  readonly onread: OnReadOpts;
  readonly #sieve: MessageSieve;
  readonly #memory = new LentMemory((bytes) => Buffer.allocUnsafe(bytes));
  readonly #onProgress: () => void;
  #delivered = 0;
  #socket: Socket | undefined;
  #toldAt = -Infinity;

  constructor(
    options: Pick<MessageSieveOptions, 'mostBytes' | 'onTooLong'> & {
      /** Hears that bytes arrive, at most once a second: nothing else does while a long message is on its way. */
      readonly onProgress?: () => void;
    },
  ) {
    super({ allowHalfOpen: false });
    this.#sieve = new MessageSieve({
      ...options,
      memory: (bytes) => Buffer.allocUnsafe(bytes),
      messageMemory: (bytes) => this.#memory.lend(bytes),
    });
    this.#onProgress = options.onProgress ?? (() => {});
    this.onread = {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      callback: (bytes, buffer) => this.#take(buffer.subarray(0, bytes)),
    };
  }

  /** Hands on what comes over this socket, and writes to it. */
  over(socket: Socket): this {
    this.#socket = socket;
    let hasEnded = false;
    socket.on('end', () => {
      hasEnded = true;
      this.push(null);
    });
    socket.on('timeout', () => this.emit('timeout'));
    socket.on('error', (error) => this.destroy(error));
    // What was received before an orderly end is still to be read.
    socket.on('close', () => {
      if (!hasEnded) this.destroy();
    });
    return this;
  }

  /**
   * To be called when the library has read a message and its bytes are of no use any more. Once all that came were, their memory is used
   * again.
   */
  noteDelivered(): void {
    this.#delivered += 1;
  }

  /** @returns whether the socket is to be read on. */
  #take(chunk: Uint8Array): boolean {
    let hasRoom = true;
    for (const part of this.#sieve.pass(chunk)) hasRoom = this.push(part);
    // As a rule the library has read within `push` all that there is.
    const isRead = this.readableLength === 0 && this.#delivered === this.#sieve.messages;
    if (isRead) this.#memory.takeBack(this.#sieve.joined);
    else this.#memory.lose();
    const now = performance.now();
    if (now - this.#toldAt >= PROGRESS_MS) {
      this.#toldAt = now;
      this.#onProgress();
    }
    return hasRoom;
  }

  override _read(): void {
    this.#socket?.resume();
  }

  /**
   * Goes on where ws pauses after each long chunk, until the next turn: it is through with the chunk by then, and what came with it would
   * be held up.
   */
  override pause(): this {
    return this.#sieve.isWebsocket ? this : super.pause();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket?.write(chunk, done);
  }

  /** What is written together goes out together. */
  override _writev(chunks: { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket?.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket?.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket?.destroy();
    done(error);
  }

  /** What libraries call on sockets. */
  setTimeout(ms: number): this {
    this.#socket?.setTimeout(ms);
    return this;
  }

  setNoDelay(isOn?: boolean): this {
    this.#socket?.setNoDelay(isOn);
    return this;
  }

  setKeepAlive(isOn?: boolean, delayMs?: number): this {
    this.#socket?.setKeepAlive(isOn, delayMs);
    return this;
  }
}
