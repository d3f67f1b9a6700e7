import { CHUNK_HEAD_BYTES, MOST_CHUNK_BYTES } from '../../wire/index.ts';

/** Shorter chunks get memory of their own: it costs little, and would be longer than they are. */
const LEAST_BYTES = 8 * 1024;

/**
 * No more is kept in use: what is acknowledged late would be held for long after it left the socket. Chunks get memory of their own then,
 * which is free as soon as they have left.
 */
const MOST_BYTES = 768 * 1024;

/**
 * Memory for the chunks that one consumer is sent, which is used again: to take as much anew for each costs more than to fill it. Never
 * shared with another consumer, so that what is sent to one can reach no other, whatever it acknowledges.
 *
 * No more is held than was in use at one time, which is less than twice the bytes of the chunks, and 768 KiB.
 */
export class ChunkMemory {
  readonly #free: Uint8Array[] = [];
  #bytes = 0;

  /** Bytes that are in use or free to be used again. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Memory for a chunk with so many bytes of content, in use until it is given back or lost. Undefined where it gets its own. */
  take(contentBytes: number): Uint8Array | undefined {
    if (contentBytes < LEAST_BYTES) return undefined;
    const length = CHUNK_HEAD_BYTES + roomFor(contentBytes);
    const place = this.#free.findLastIndex((memory) => memory.length >= length);
    if (place !== -1) return this.#free.splice(place, 1)[0];
    // Those that are left are too short, and others of this length will follow.
    this.letGo();
    if (this.#bytes + length > MOST_BYTES) return undefined;
    this.#bytes += length;
    return new Uint8Array(length);
  }

  /** Nobody reads it any more: it may be used again. */
  giveBack(memory: Uint8Array): void {
    this.#free.push(memory);
  }

  /** Somebody may read it still: it is no longer ours. */
  lose({ length }: Uint8Array): void {
    this.#bytes -= length;
  }

  /** Lets go of all that is not in use. */
  letGo(): void {
    for (const { length } of this.#free.splice(0)) this.#bytes -= length;
  }
}

/** Few lengths, so that memory of one chunk suits another. */
function roomFor(contentBytes: number): number {
  let room = LEAST_BYTES;
  while (room < contentBytes) room *= 2;
  return Math.min(room, MOST_CHUNK_BYTES);
}
