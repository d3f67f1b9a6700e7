import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { MessageSieve } from './message-sieve.ts';

/** Between two tellings that bytes arrive. */
const PROGRESS_MS = 1_000;

/** A socket whose incoming bytes have been through a sieve: what stands between a connection and the library that reads it. */
export class SievedStream extends Duplex {
  readonly #socket: Socket;

  /** @param onProgress hears that bytes arrive, at most once a second: nothing else does while a long message is on its way. */
  constructor(socket: Socket, sieve: MessageSieve, onProgress: () => void = () => {}) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    let toldAt = -Infinity;
    socket.on('data', (chunk: Buffer) => {
      let hasRoom = true;
      for (const part of sieve.pass(chunk)) {
        hasRoom = this.push(Buffer.from(part.buffer, part.byteOffset, part.length));
      }
      if (!hasRoom) socket.pause();
      const now = performance.now();
      if (now - toldAt < PROGRESS_MS) return;
      toldAt = now;
      onProgress();
    });
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
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  /** What libraries call on sockets. */
  setTimeout(ms: number): this {
    this.#socket.setTimeout(ms);
    return this;
  }

  setNoDelay(isOn?: boolean): this {
    this.#socket.setNoDelay(isOn);
    return this;
  }

  setKeepAlive(isOn?: boolean, delayMs?: number): this {
    this.#socket.setKeepAlive(isOn, delayMs);
    return this;
  }
}
