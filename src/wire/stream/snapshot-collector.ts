import { MOST_CHUNK_BYTES, type StreamLimits, defaultStreamLimits } from './stream-limits.ts';
import type { SnapshotMemory } from './snapshot-memory.ts';
import type { SnapshotChunk, SnapshotFacts } from './stream-message.ts';
import { type StreamRefused, refuse, tooLarge } from './stream-refusal.ts';
import { type Snapshot, factsOf } from './snapshot-message.ts';

/** What became of a chunk. Where it is refused, the collection is dropped, and the snapshot must be asked for again. */
export type Collected =
  | { readonly status: 'collecting'; readonly received: number; readonly total: number }
  /** That was the last one. The collector is empty again. */
  | { readonly status: 'complete'; readonly snapshot: Snapshot }
  | StreamRefused;

/**
 * Puts one stream's snapshot together. Chunks must come in the order of their offsets, as they do on a connection; the one at offset 0
 * begins anew, whatever was collected. Nothing is given out before all of it is here.
 *
 * Memory grows with the bytes that have come, not with those that a peer announces: at most twice as many, and 64 KiB.
 */
export class SnapshotCollector {
  readonly #limits: Required<StreamLimits>;
  readonly #memory: SnapshotMemory | undefined;
  #facts: SnapshotFacts | undefined;
  #bytes = new Uint8Array();
  #received = 0;

  /**
   * @param memory where the content of one snapshot at a time is put together. What is given out lies there until it is given back.
   *   Default: memory of its own for each.
   */
  constructor(limits: Required<StreamLimits> = defaultStreamLimits, memory?: SnapshotMemory) {
    this.#limits = limits;
    this.#memory = memory;
  }

  /** The state whose snapshot is being collected, if one is. */
  get seq(): number | undefined {
    return this.#facts?.to;
  }

  /** Bytes of content that have come, in order; 0 where nothing is being collected. What is acknowledged. */
  get received(): number {
    return this.#received;
  }

  /** Takes the next chunk of this stream; its bytes are copied. Never throws. */
  add(chunk: SnapshotChunk): Collected {
    const { total, offset, content, stream } = chunk;
    if (offset === 0) this.drop();
    if (total > this.#limits.mostSnapshotBytes) {
      this.drop();
      return tooLarge(
        `bytes of a snapshot of stream ${stream}`,
        total,
        'mostSnapshotBytes',
        this.#limits.mostSnapshotBytes,
      );
    }
    if (offset !== this.#received || (offset > 0 && !this.#continues(chunk))) {
      const expected =
        this.#facts === undefined ? '0' : `${this.#received} of ${this.#facts.total}, state ${this.#facts.to}`;
      this.drop();
      const found = `${offset} of ${total}, state ${chunk.to}`;
      return refuse(
        'STREAM_BAD_SNAPSHOT',
        `stream ${stream}: expected the chunk at ${expected}; found that at ${found}`,
      );
    }
    this.#facts ??= factsOf(chunk);
    // A chunk may say that it is longer than the whole; one that was decoded does not.
    if (offset + content.length > total) {
      this.drop();
      return refuse('STREAM_BAD_SNAPSHOT', `stream ${stream}: a chunk reaches past the ${total} bytes of its snapshot`);
    }
    this.#append(content, total);
    if (this.#received < total) return { status: 'collecting', received: this.#received, total };
    const snapshot = { ...factsOf(chunk), content: this.#bytes.subarray(0, total) };
    this.#forget();
    return { status: 'complete', snapshot };
  }

  /** Forgets what was collected. */
  drop(): void {
    this.#memory?.giveBack(this.#bytes);
    this.#forget();
  }

  #forget(): void {
    this.#facts = undefined;
    this.#bytes = new Uint8Array();
    this.#received = 0;
  }

  #continues(chunk: SnapshotChunk): boolean {
    const facts = this.#facts;
    if (facts === undefined || facts.stream !== chunk.stream || facts.epoch !== chunk.epoch) return false;
    if (facts.to !== chunk.to || facts.schemaVersion !== chunk.schemaVersion) return false;
    if (!Object.is(facts.lastAnalyzed, chunk.lastAnalyzed)) return false;
    if (facts.rows !== chunk.rows || facts.total !== chunk.total || facts.compressed !== chunk.compressed) return false;
    return facts.hash.lo === chunk.hash.lo && facts.hash.hi === chunk.hash.hi;
  }

  #append(content: Uint8Array, total: number): void {
    const needed = this.#received + content.length;
    if (this.#received === 0) this.#bytes = this.#memory?.take(total) ?? this.#bytes;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(total, Math.max(needed, 2 * this.#bytes.length, MOST_CHUNK_BYTES)));
      grown.set(this.#bytes.subarray(0, this.#received));
      this.#bytes = grown;
    }
    this.#bytes.set(content, this.#received);
    this.#received = needed;
  }
}
