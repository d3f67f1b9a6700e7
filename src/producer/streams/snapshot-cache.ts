import { type EncodedSnapshot, deflateSnapshot } from '../../wire/index.ts';
import type { Stream } from './stream.ts';

/** Of one state of a stream. */
interface Kept {
  readonly seq: number;
  plain: EncodedSnapshot | undefined;
  /** What stands for it where a connection is slow. */
  deflated: EncodedSnapshot | Promise<void> | undefined;
  /** As they were counted last. */
  bytes: number;
}

/** Compressed content that is not this much shorter is not worth decompressing. */
const WORTH_IT = 0.9;

/**
 * Snapshots of newest states, so that many consumers who need the same cost one encoding. Bounded in the bytes that are held for them
 * alone; the oldest go first.
 */
export class SnapshotCache {
  readonly #mostBytes: number;
  readonly #kept = new Map<Stream, Kept>();
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /**
   * Bytes that would be free without this: those that were encoded or compressed, and the windows of older states, which their streams
   * may have let go.
   */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * The snapshot of a stream's newest state.
   *
   * @param isShared whether others are likely to need the same soon, which is the default. It is not kept otherwise.
   */
  of(stream: Stream, isShared = true): EncodedSnapshot {
    const known = this.#kept.get(stream);
    if (known?.seq === stream.seq && known.plain !== undefined) return known.plain;
    const plain = stream.encodeSnapshot();
    if (isShared) this.#keep(stream, plain);
    return plain;
  }

  /**
   * The same compressed, or as it is where that is hardly shorter; or a state before the newest that a delta can follow, since a stream
   * may have its next state sooner than one is compressed. Undefined while it is being compressed; `onReady` is called then, once
   * it is done.
   */
  compressedOf(stream: Stream, onReady: () => void): EncodedSnapshot | undefined {
    const entry = this.#deflatedOf(stream) ?? this.#compress(stream);
    if (!(entry.deflated instanceof Promise)) return entry.deflated;
    void entry.deflated.then(onReady);
    return undefined;
  }

  /** Begins to compress the newest state. */
  #compress(stream: Stream): Kept {
    const plain = this.of(stream, false);
    const entry = this.#keep(stream, plain);
    entry.deflated = this.#deflate(stream, entry, plain);
    this.#count(stream, entry);
    return entry;
  }

  async #deflate(stream: Stream, entry: Kept, plain: EncodedSnapshot): Promise<void> {
    const deflated = await deflateSnapshot(plain).catch(() => plain);
    const isWorthIt = deflated.total < WORTH_IT * plain.total;
    entry.deflated = isWorthIt ? deflated : plain;
    // It costs little to encode again, and it holds the window.
    if (isWorthIt) entry.plain = undefined;
    if (this.#kept.get(stream) === entry) this.#count(stream, entry);
  }

  /** Notes that a stream has a newer state: nobody needs the snapshot of the one before, unless work was put into compressing it. */
  outdate(stream: Stream): void {
    const entry = this.#kept.get(stream);
    if (entry?.deflated === undefined) return this.forget(stream);
    if (!(entry.deflated instanceof Promise) && entry.deflated !== entry.plain) entry.plain = undefined;
    this.#count(stream, entry);
  }

  /** Lets go of a stream's. */
  forget(stream: Stream): void {
    const entry = this.#kept.get(stream);
    if (entry === undefined) return;
    this.#bytes -= entry.bytes;
    this.#kept.delete(stream);
  }

  /** One that was or is being compressed, and that something can follow. */
  #deflatedOf(stream: Stream): Kept | undefined {
    const known = this.#kept.get(stream);
    if (known?.deflated === undefined) return undefined;
    const state = stream.stateAt(known.seq);
    if (state === undefined) return undefined;
    // What no delta leads on from would be sent again and again.
    return state.seq === stream.seq || stream.deltaMessage(state) !== undefined ? known : undefined;
  }

  /** Keeps the newest state, in the place of an older one. */
  #keep(stream: Stream, plain: EncodedSnapshot): Kept {
    const known = this.#kept.get(stream);
    const entry: Kept = known?.seq === plain.to ? known : { seq: plain.to, plain, deflated: undefined, bytes: 0 };
    entry.plain = plain;
    if (entry !== known) this.forget(stream);
    this.#kept.set(stream, entry);
    this.#count(stream, entry);
    return entry;
  }

  /** Counts what is held for an entry from now on, and lets older ones go where that is too much. */
  #count(stream: Stream, entry: Kept): void {
    const bytes = bytesOf(entry, stream.seq);
    this.#bytes += bytes - entry.bytes;
    entry.bytes = bytes;
    for (const [oldest, { deflated }] of this.#kept) {
      if (this.#bytes <= this.#mostBytes) break;
      // What is being compressed is waited for; there is no more of it than slow consumers.
      if (oldest !== stream && !(deflated instanceof Promise)) this.forget(oldest);
    }
  }
}

/** What is held for a snapshot alone. */
function bytesOf({ seq, plain, deflated }: Kept, newest: number): number {
  // Who else holds a window that is no longer the newest is not known here.
  const ofPlain = plain === undefined ? 0 : seq === newest ? plain.ownBytes : Math.max(plain.ownBytes, plain.total);
  const isOther = deflated !== undefined && !(deflated instanceof Promise) && deflated !== plain;
  return ofPlain + (isOther ? deflated.ownBytes : 0);
}
