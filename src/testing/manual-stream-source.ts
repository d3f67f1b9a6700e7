import { type AnyFrame, type HashedFrame, frameDelta, hashedFrame } from '../frame/index.ts';
import type { PairKey } from '../market/index.ts';
import {
  type EncodedSnapshot,
  MOST_CHUNK_BYTES,
  type ProducerControl,
  encodeDelta,
  encodeSnapshot,
  encodeSnapshotChunk,
  streamSchemaOf,
} from '../wire/index.ts';
import { sampleFrame, sampleKey } from './sample-frame.ts';

/** One stream as a producer has it, which keeps all of its states: its messages in any order that a test likes. */
export class ManualStreamSource {
  readonly id: number;
  readonly epoch: number;
  readonly key: PairKey;
  version = 1;
  readonly #states: HashedFrame[] = [];

  /** Its first state is a sample of 20 rows unless told. */
  constructor(
    options: { readonly id?: number; readonly epoch?: number; readonly key?: PairKey; readonly frame?: AnyFrame } = {},
  ) {
    const { id = 1, epoch = 9, key = sampleKey(), frame = sampleFrame({ rows: 20 }) } = options;
    this.id = id;
    this.epoch = epoch;
    this.key = key;
    this.advance(frame);
  }

  /** The number of the newest state. */
  get seq(): number {
    return this.#states.length;
  }

  /** Another state, and its number. The columns stay unless `version` is set to another one before. */
  advance(frame: AnyFrame): number {
    return this.#states.push(hashedFrame(frame));
  }

  /** So many states more, each with one sample row more. */
  grow(states: number): void {
    for (let i = 0; i < states; i++) this.advance(sampleFrame({ rows: this.frame(this.seq).length + 1 }));
  }

  /** Throws RangeError where there is no such state. */
  frame(seq: number): AnyFrame {
    return this.#state(seq).frame;
  }

  #state(seq: number): HashedFrame {
    const state = this.#states.at(seq - 1);
    if (state === undefined || seq < 1) throw new RangeError(`there is no state ${seq} of ${this.seq}`);
    return state;
  }

  schema(seq = this.seq): ProducerControl & { readonly type: 'schema' } {
    const { id: stream, version, key } = this;
    return { type: 'schema', stream, version, key, schema: streamSchemaOf(this.frame(seq)) };
  }

  /** From the state before `from` to the state `to`. Throws Error where there is no delta between the two. */
  delta(from: number, to = from): Uint8Array {
    const made = frameDelta(this.#state(from - 1), this.frame(to));
    if (made === undefined) throw new Error(`no delta goes from state ${from - 1} to ${to}`);
    const { id: stream, epoch, version: schemaVersion } = this;
    const header = { stream, epoch, from, to, schemaVersion, lastAnalyzed: 1000 * to };
    return encodeDelta(header, streamSchemaOf(this.frame(to)), made.delta);
  }

  snapshot(seq = this.seq): EncodedSnapshot {
    const { id: stream, epoch, version: schemaVersion } = this;
    const state = { stream, epoch, seq, schemaVersion, lastAnalyzed: 1000 * seq };
    return encodeSnapshot(state, streamSchemaOf(this.frame(seq)), this.#state(seq));
  }

  /** The part of the newest state's snapshot that begins there, of so many bytes or those that are left. */
  part(offset: number, bytes = MOST_CHUNK_BYTES): Uint8Array {
    return encodeSnapshotChunk(this.snapshot(), offset, bytes);
  }

  /** A snapshot in parts of so many bytes. */
  parts(snapshot = this.snapshot(), bytes = MOST_CHUNK_BYTES): Uint8Array[] {
    return partsOf(snapshot, bytes);
  }
}

/** All messages of a snapshot, in order. */
export function partsOf(snapshot: EncodedSnapshot, bytes = MOST_CHUNK_BYTES): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < snapshot.total; at += bytes) parts.push(encodeSnapshotChunk(snapshot, at, bytes));
  return parts;
}
