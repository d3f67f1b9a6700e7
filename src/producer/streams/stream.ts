import {
  type AnyFrame,
  type FrameDelta,
  type HashedFrame,
  frameDelta,
  hashedFrame,
  unsharedBytes,
} from '../../frame/index.ts';
import type { AnalyzedFrame, PairKey, TimestampMs } from '../../market/index.ts';
import {
  type EncodedSnapshot,
  type StreamSchema,
  encodeDelta,
  encodeProducerControl,
  encodeSnapshot,
  streamSchemaOf,
} from '../../wire/index.ts';
import { haveSameBytes } from '../same-bytes.ts';
import { Projector } from './projector.ts';
import type { Selection } from './selection.ts';

/** A window as it was at one time. Immutable. */
export interface StreamState {
  readonly seq: number;
  readonly schemaVersion: number;
  readonly lastAnalyzed: TimestampMs;
  readonly window: HashedFrame;
}

/** What is kept so that consumers which are a little behind get what they lack instead of the whole. */
export interface StreamKeeping {
  /** States, the newest included. */
  readonly keptStates: number;
  /** Memory of older states that they do not share with the newest. */
  readonly keptBytes: number;
  /** Deltas that are longer are not sent: a snapshot comes in parts that newer candles overtake. */
  readonly mostDeltaBytes: number;
}

/** The header counts a delta's states with 16 bits. */
const MOST_SPAN = 65_535;

const encoder = new TextEncoder();

/**
 * The states of one part of one frame, numbered from 1 on. Every message of it is encoded once, whoever gets it. While nobody has seen a
 * state nothing is computed.
 */
export class Stream {
  readonly id: number;
  readonly epoch: number;
  readonly key: PairKey;
  readonly selection: Selection;
  readonly #keeping: StreamKeeping;
  readonly #projector: Projector;
  #seq = 1;
  #frame: AnyFrame;
  #lastAnalyzed: TimestampMs;
  /** Oldest first; empty until a state was asked for. */
  #states: StreamState[] = [];
  /** What each of them holds in memory that the one after it does not, oldest first. */
  #ownBytes: number[] = [];
  #schema: StreamSchema | undefined;
  #schemaVersion = 0;
  #schemaMessage: Uint8Array | undefined;
  /** How the newest state differs from the one before. */
  #step: FrameDelta | undefined;
  /** Messages to the newest state, by the state that they start from. */
  readonly #deltas = new Map<number, Uint8Array | undefined>();

  constructor(
    identity: { readonly id: number; readonly epoch: number; readonly selection: Selection },
    { key, frame, lastAnalyzed }: AnalyzedFrame,
    keeping: StreamKeeping,
  ) {
    this.id = identity.id;
    this.epoch = identity.epoch;
    this.selection = identity.selection;
    this.key = key;
    this.#keeping = keeping;
    this.#projector = new Projector(identity.selection);
    this.#frame = this.#projector.project(frame);
    this.#lastAnalyzed = lastAnalyzed;
  }

  /** The number of the newest state. */
  get seq(): number {
    return this.#seq;
  }

  /** The window of the newest state. */
  get frame(): AnyFrame {
    return this.#frame;
  }

  /** Takes the frame as it is after another analysis. */
  advance({ frame, lastAnalyzed }: AnalyzedFrame): void {
    this.#frame = this.#projector.project(frame);
    this.#lastAnalyzed = lastAnalyzed;
    this.#seq += 1;
    this.#deltas.clear();
    const before = this.#states.at(-1);
    if (before === undefined) return;
    const step = frameDelta(before.window, this.#frame, 'date', haveSameBytes);
    this.#step = step?.delta;
    this.#push(step?.after ?? hashedFrame(this.#frame));
    this.#ownBytes.push(unsharedBytes(this.#frame, before.window.frame));
    this.#letGo();
  }

  /** The newest state. The first time its hash is computed from the whole window. */
  newest(): StreamState {
    const newest = this.#states.at(-1);
    if (newest !== undefined) return newest;
    return this.#push(hashedFrame(this.#frame));
  }

  /** A state that is still kept. */
  stateAt(seq: number): StreamState | undefined {
    const oldest = this.#states.at(0);
    return oldest === undefined
      ? undefined
      : this.#states.at(seq < oldest.seq ? this.#states.length : seq - oldest.seq);
  }

  /** What takes a holder of `base` to the newest state; undefined where a snapshot does it better. */
  deltaMessage(base: StreamState): Uint8Array | undefined {
    if (this.#deltas.has(base.seq)) return this.#deltas.get(base.seq);
    const message = this.#encodeDelta(base);
    this.#deltas.set(base.seq, message);
    return message;
  }

  #encodeDelta(base: StreamState): Uint8Array | undefined {
    const { seq, schemaVersion, lastAnalyzed, window } = this.newest();
    if (base.schemaVersion !== schemaVersion || base.seq >= seq || seq - base.seq - 1 > MOST_SPAN) return undefined;
    const delta =
      base.seq === seq - 1 ? this.#step : frameDelta(base.window, window.frame, 'date', haveSameBytes)?.delta;
    if (delta === undefined || this.#schema === undefined) return undefined;
    const header = { stream: this.id, epoch: this.epoch, from: base.seq + 1, to: seq, schemaVersion, lastAnalyzed };
    const message = encodeDelta(header, this.#schema, delta);
    return message.length > this.#keeping.mostDeltaBytes ? undefined : message;
  }

  /** The newest state as a whole. The caller keeps it as long as it is of use. */
  encodeSnapshot(): EncodedSnapshot {
    const { seq, schemaVersion, lastAnalyzed, window } = this.newest();
    const state = { stream: this.id, epoch: this.epoch, seq, schemaVersion, lastAnalyzed };
    return encodeSnapshot(state, this.#schema ?? streamSchemaOf(window.frame), window);
  }

  /** What columns there are in the newest state, as a message. */
  schemaMessage(): Uint8Array {
    const { window, schemaVersion: version } = this.newest();
    const schema = this.#schema ?? streamSchemaOf(window.frame);
    this.#schemaMessage ??= encoder.encode(
      encodeProducerControl({ type: 'schema', stream: this.id, version, key: this.key, schema }),
    );
    return this.#schemaMessage;
  }

  #push(window: HashedFrame): StreamState {
    const before = this.#states.at(-1);
    if (before === undefined || !window.frame.hasColumnsOf(before.window.frame)) this.#takeSchema(window.frame);
    const state = { seq: this.#seq, schemaVersion: this.#schemaVersion, lastAnalyzed: this.#lastAnalyzed, window };
    this.#states.push(state);
    return state;
  }

  #takeSchema(frame: AnyFrame): void {
    this.#schema = streamSchemaOf(frame);
    this.#schemaVersion += 1;
    this.#schemaMessage = undefined;
  }

  #letGo(): void {
    let bytes = this.#ownBytes.reduce((sum, each) => sum + each, 0);
    while (
      this.#states.length > this.#keeping.keptStates ||
      (bytes > this.#keeping.keptBytes && this.#states.length > 2)
    ) {
      this.#states.shift();
      bytes -= this.#ownBytes.shift() ?? 0;
    }
  }
}
