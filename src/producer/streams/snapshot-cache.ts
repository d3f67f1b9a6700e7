import { type Snapshot, deflateSnapshot } from '../../wire/index.ts';
import type { Stream } from './stream.ts';

interface Kept {
  readonly snapshot: Snapshot;
  deflated: Snapshot | Promise<void> | undefined;
}

/** Compressed content that is not this much shorter is not worth decompressing. */
const WORTH_IT = 0.9;

/** Snapshots of newest states, so that many consumers who need the same cost one encoding. Bounded in bytes; the oldest go first. */
export class SnapshotCache {
  readonly #mostBytes: number;
  readonly #kept = new Map<Stream, Kept>();
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /**
   * The snapshot of a stream's newest state.
   *
   * @param isShared whether others are likely to need the same soon, which is the default. It is not kept otherwise.
   */
  of(stream: Stream, isShared = true): Snapshot {
    const known = this.#kept.get(stream);
    if (known?.snapshot.to === stream.seq) return known.snapshot;
    return isShared ? this.#entryOf(stream).snapshot : stream.encodeSnapshot();
  }

  /**
   * The same compressed, or as it is where that is hardly shorter; or a state before the newest that a delta can follow, since a stream
   * may have its next state sooner than one is compressed. Undefined while it is being compressed; `onReady` is called then, once
   * it is done.
   */
  compressedOf(stream: Stream, onReady: () => void): Snapshot | undefined {
    const entry = this.#deflatedOf(stream) ?? this.#entryOf(stream);
    if (entry.deflated instanceof Promise) {
      void entry.deflated.then(onReady);
      return undefined;
    }
    if (entry.deflated !== undefined) return entry.deflated;
    const { snapshot } = entry;
    entry.deflated = this.#deflate(entry, snapshot);
    void entry.deflated.then(onReady);
    return undefined;
  }

  async #deflate(entry: Kept, snapshot: Snapshot): Promise<void> {
    const deflated = await deflateSnapshot(snapshot).catch(() => snapshot);
    entry.deflated = deflated.total < WORTH_IT * snapshot.total ? deflated : snapshot;
  }

  /** Notes that a stream has a newer state: nobody needs the snapshot of the one before, unless work was put into compressing it. */
  outdate(stream: Stream): void {
    if (this.#kept.get(stream)?.deflated === undefined) this.forget(stream);
  }

  /** Lets go of a stream's. */
  forget(stream: Stream): void {
    const entry = this.#kept.get(stream);
    if (entry === undefined) return;
    this.#bytes -= entry.snapshot.total;
    this.#kept.delete(stream);
  }

  /** One that was or is being compressed, and that something can follow. */
  #deflatedOf(stream: Stream): Kept | undefined {
    const known = this.#kept.get(stream);
    if (known?.deflated === undefined) return undefined;
    const state = stream.stateAt(known.snapshot.to);
    if (state === undefined) return undefined;
    // What no delta leads on from would be sent again and again.
    return state.seq === stream.seq || stream.deltaMessage(state) !== undefined ? known : undefined;
  }

  #entryOf(stream: Stream): Kept {
    const known = this.#kept.get(stream);
    if (known?.snapshot.to === stream.seq) return known;
    this.forget(stream);
    const entry: Kept = { snapshot: stream.encodeSnapshot(), deflated: undefined };
    this.#kept.set(stream, entry);
    this.#bytes += entry.snapshot.total;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#mostBytes) break;
      // What is being compressed is waited for; there is no more of it than slow consumers.
      if (oldest === stream || this.#kept.get(oldest)?.deflated instanceof Promise) continue;
      this.forget(oldest);
    }
    return entry;
  }
}
