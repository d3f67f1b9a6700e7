import { type Snapshot, type StreamLimits, inflateSnapshot } from '../../wire/index.ts';

/** What comes of a snapshot that was compressed. */
export type Inflated = Awaited<ReturnType<typeof inflateSnapshot>>;

/**
 * Decompresses one snapshot after the other: each may grow to a thousand times its size, so that many at once would take any amount of
 * memory. No more of them wait than are as long as one may be.
 */
export class Inflations {
  readonly #limits: Required<StreamLimits>;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** Bytes of what came meanwhile. */
  #held = 0;

  constructor(limits: Required<StreamLimits>) {
    this.#limits = limits;
  }

  /** Whether so many bytes more may be kept until something is decompressed; `letGo` follows. */
  hold(bytes: number): boolean {
    if (this.#held + bytes > this.#limits.mostSnapshotBytes) return false;
    this.#held += bytes;
    return true;
  }

  letGo(bytes: number): void {
    this.#held -= bytes;
  }

  /**
   * The snapshot as it was before it was compressed. Its content is copied. Never rejects.
   *
   * @param isWanted looked at when its turn comes; where it is not wanted any more it is refused.
   */
  async inflate(snapshot: Snapshot, isWanted: () => boolean): Promise<Inflated> {
    const { stream, total } = snapshot;
    const { mostSnapshotBytes } = this.#limits;
    if (this.#waiting + total > mostSnapshotBytes) {
      return refused(`snapshot of stream ${stream}: ${this.#waiting} bytes of others wait to be decompressed`);
    }
    const own = { ...snapshot, content: snapshot.content.slice() };
    this.#waiting += total;
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    const inflated = isWanted()
      ? await inflateSnapshot(own, this.#limits)
      : refused(`snapshot of stream ${stream}: another one took its place`);
    this.#waiting -= total;
    resolve();
    return inflated;
  }
}

function refused(reason: string): Inflated {
  return { status: 'refused', code: 'STREAM_TOO_LARGE', reason };
}
