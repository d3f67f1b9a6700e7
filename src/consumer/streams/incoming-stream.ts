import {
  type AnyFrame,
  type FrameDelta,
  type HashedFrame,
  applyDelta,
  hashedFrame,
  hashesEqual,
} from '../../frame/index.ts';
import type { PairKey, TimestampMs } from '../../market/index.ts';
import {
  type DeltaMessage,
  type Snapshot,
  SnapshotCollector,
  SnapshotMemory,
  type SnapshotChunk,
  type StreamLimits,
  type StreamSchema,
  decodeDelta,
  decodeSnapshot,
  sameSchema,
} from '../../wire/index.ts';
import { Inflations } from './inflations.ts';

/** How a copy stands to the producer's frame. */
export type StreamCondition =
  /** Nothing of it has come whole. */
  | 'syncing'
  /** Proved equal to the producer's newest state that was sent. */
  | 'live'
  /** What the producer had a while ago: something was lost or is held up since. */
  | 'behind'
  /** Proved different: it is not shown. */
  | 'mismatched';

/** What an arrived message did to a copy. */
export type Taken =
  | { readonly outcome: 'updated'; readonly rows: number; readonly whole: boolean }
  /** A part of a snapshot came, or what was there already. */
  | { readonly outcome: 'nothing' }
  /** It shows that something is missing, which must be asked for. */
  | { readonly outcome: 'lack'; readonly reason: string; readonly condition: 'behind' | 'mismatched' };

/** The state of a snapshot that is being decompressed, and what came for the time after. */
interface Inflating {
  readonly seq: number;
  readonly waiting: DeltaMessage[];
}

/** Deltas that wait while a snapshot is decompressed. */
const MOST_HELD = 64;

const nothing: Taken = { outcome: 'nothing' };

/**
 * One stream's copy: what becomes of each of its messages. A copy changes only to a state that is proved by its hash to be the
 * producer's, at once and as a whole.
 */
export class IncomingStream {
  readonly id: number;
  readonly key: PairKey;
  readonly #limits: Required<StreamLimits>;
  readonly #memory: SnapshotMemory;
  readonly #inflations: Inflations;
  readonly #collector: SnapshotCollector;
  #version: number;
  #schema: StreamSchema;
  #held: HashedFrame | undefined;
  #seq = 0;
  /** The newest state that was ever shown: none before it is shown again. */
  #shown: number;
  /** The newest state of which anything was heard. */
  #heardOf = 0;
  /** The newest state that the producer had at a heartbeat, sent or not. */
  #newest = 0;
  #lastAnalyzed: TimestampMs = 0;
  #condition: StreamCondition = 'syncing';
  #reason = 'it is being sent';
  #inflating: Inflating | undefined;
  /** When a heartbeat told of it last. */
  mentionedAt: TimestampMs;
  /** When the missing part was asked for last, and how often it was. */
  askedAt: TimestampMs;
  asked = 0;

  constructor(
    options: {
      readonly id: number;
      readonly key: PairKey;
      readonly version: number;
      readonly schema: StreamSchema;
      readonly limits: Required<StreamLimits>;
      /** Where snapshots are put together. Default: memory of its own. */
      readonly memory?: SnapshotMemory;
      /** Where they are decompressed. Default: by itself. */
      readonly inflations?: Inflations;
      /** The newest state that was shown before the stream ended last, if it did. */
      readonly shown?: number;
    },
    now: TimestampMs,
  ) {
    this.id = options.id;
    this.key = options.key;
    this.#version = options.version;
    this.#schema = options.schema;
    this.#limits = options.limits;
    this.#memory = options.memory ?? new SnapshotMemory();
    this.#inflations = options.inflations ?? new Inflations(options.limits);
    this.#collector = new SnapshotCollector(options.limits, this.#memory);
    this.#shown = options.shown ?? 0;
    this.mentionedAt = now;
    this.askedAt = now;
  }

  get condition(): StreamCondition {
    return this.#condition;
  }

  /** Why the copy is not live. */
  get reason(): string {
    return this.#reason;
  }

  /** The state of the copy; 0 where there is none. */
  get seq(): number {
    return this.#seq;
  }

  /** The newest state that was ever shown; 0 where none was. */
  get shown(): number {
    return this.#shown;
  }

  get frame(): AnyFrame | undefined {
    return this.#held?.frame;
  }

  get lastAnalyzed(): TimestampMs {
    return this.#lastAnalyzed;
  }

  /** Bytes of a snapshot that have come so far. */
  get collected(): number {
    return this.#collector.received;
  }

  /** The state whose snapshot is on its way, or being read; undefined where none is. */
  get expected(): number | undefined {
    return this.#inflating?.seq ?? this.#collector.seq;
  }

  /** Lets go of the part of a snapshot that has come: it will be asked for again. */
  dropPart(): void {
    this.#collector.drop();
  }

  /** What is to be asked for: what follows this state, or the whole. */
  get have(): number | undefined {
    return this.#held === undefined ? undefined : this.#seq;
  }

  /** Whether a schema is that of another stream, or of another state of this one. */
  takeSchema(version: number, schema: StreamSchema): void {
    // One that was damaged on its way has the right version too, and other columns.
    if (version === this.#version && sameSchema(schema, this.#schema)) return;
    this.#version = version;
    this.#schema = schema;
    this.#collector.drop();
    this.#inflating = undefined;
    this.#lack('behind', "the columns of the producer's frame changed");
  }

  /** The connection ended: what was on its way does not come. */
  interrupt(reason: string): void {
    this.asked = 0;
    this.#collector.drop();
    this.#inflating = undefined;
    if (this.#condition !== 'mismatched') this.#condition = this.#held === undefined ? 'syncing' : 'behind';
    this.#reason = reason;
  }

  takeDelta(message: DeltaMessage): Taken {
    this.#heardOf = Math.max(this.#heardOf, message.to);
    if (message.schemaVersion !== (this.#version & 0xffff)) {
      return this.#lack('behind', `its columns are of version ${message.schemaVersion}, ${this.#version} is known`);
    }
    const inflating = this.#inflating;
    if (inflating !== undefined && message.to > inflating.seq) {
      const { bytes } = message;
      if (inflating.waiting.length < MOST_HELD && this.#inflations.hold(bytes.length)) {
        inflating.waiting.push({ ...message, bytes: bytes.slice() });
      }
      return nothing;
    }
    if (message.to <= this.#seq) return nothing;
    if (this.#held === undefined || message.from > this.#seq + 1) {
      // It starts from a snapshot that is not here yet.
      if (this.#held === undefined && this.#condition === 'syncing' && this.#collector.seq !== undefined)
        return nothing;
      return this.#lack(
        'behind',
        this.#held === undefined ? 'its history has not arrived' : this.#missing(message.from),
      );
    }
    return this.#apply(this.#held, message);
  }

  #missing(from: number): string {
    const states = from - this.#seq - 1;
    return `${states} of its states ${states === 1 ? 'was' : 'were'} lost on the way`;
  }

  #apply(held: HashedFrame, message: DeltaMessage): Taken {
    const decoded = decodeDelta(message, this.#schema, this.#limits);
    if (decoded.status === 'refused') return this.#lack('behind', decoded.reason);
    const applied = applyDelta(held, decoded.delta);
    if (applied.status === 'applied') {
      this.#take(applied.frame, message.to, message.lastAnalyzed);
      return { outcome: 'updated', rows: rowsTouched(decoded.delta), whole: false };
    }
    // One that starts from an older state than ours need not fit it; ours was proved.
    if (message.from <= this.#seq) return this.#lack('behind', 'what it was sent starts from another state');
    const reason = applied.status === 'refused' ? applied.reason : 'its hash differs from that of the producer';
    this.#held = undefined;
    this.#seq = 0;
    return this.#lack('mismatched', reason);
  }

  /** @param later called with what is to be done, and tells what that did, once a snapshot is decompressed. */
  takeChunk(chunk: SnapshotChunk, later: (take: () => Taken) => void): Taken {
    if (chunk.schemaVersion !== (this.#version & 0xffff)) {
      return this.#lack('behind', `its columns are of version ${chunk.schemaVersion}, ${this.#version} is known`);
    }
    const collected = this.#collector.add(chunk);
    if (collected.status === 'refused') return this.#lack('behind', collected.reason);
    if (collected.status === 'collecting') return nothing;
    const { snapshot } = collected;
    if (!snapshot.compressed) {
      const taken = this.#takeSnapshot(snapshot);
      this.#memory.giveBack(snapshot.content);
      return taken;
    }
    const inflating: Inflating = { seq: snapshot.to, waiting: [] };
    this.#inflating = inflating;
    // What is held is no longer the newest.
    if (this.#held !== undefined && snapshot.to > this.#seq)
      this.#lack('behind', 'a newer state is being decompressed');
    void this.#inflate(snapshot, inflating, later);
    // What is decompressed was copied when that began.
    this.#memory.giveBack(snapshot.content);
    return nothing;
  }

  async #inflate(snapshot: Snapshot, inflating: Inflating, later: (take: () => Taken) => void): Promise<void> {
    const inflated = await this.#inflations.inflate(snapshot, () => this.#inflating === inflating);
    for (const { bytes } of inflating.waiting) this.#inflations.letGo(bytes.length);
    // Another one took its place, or the connection ended.
    if (this.#inflating !== inflating) return;
    this.#inflating = undefined;
    later(() =>
      inflated.status === 'refused' ? this.#lack('behind', inflated.reason) : this.#takeSnapshot(inflated.snapshot),
    );
    for (const delta of inflating.waiting) later(() => this.takeDelta(delta));
  }

  #takeSnapshot(snapshot: Snapshot): Taken {
    // It was asked for again, and what came meanwhile is newer.
    if (snapshot.to < this.#shown) return nothing;
    const decoded = decodeSnapshot(snapshot, this.#schema, this.#limits);
    if (decoded.status === 'refused') return this.#lack('behind', decoded.reason);
    const window = hashedFrame(decoded.frame);
    if (!hashesEqual(window.hash, decoded.hash)) {
      return this.#lack('mismatched', 'the hash of what was sent differs from that of the producer');
    }
    this.#take(window, snapshot.to, snapshot.lastAnalyzed);
    return { outcome: 'updated', rows: window.frame.length, whole: true };
  }

  #take(window: HashedFrame, seq: number, lastAnalyzed: TimestampMs): void {
    this.#held = window;
    this.#seq = seq;
    this.#shown = seq;
    this.#lastAnalyzed = lastAnalyzed;
    this.asked = 0;
    if (seq < this.#heardOf) this.#lack('behind', this.#missing(this.#heardOf + 1));
    else if (seq < this.#newest) this.#lack('behind', waitingText(this.#newest - seq));
    else {
      this.#condition = 'live';
      this.#reason = '';
    }
  }

  /**
   * Takes what a heartbeat says: the last state that was sent, and the newest that there is.
   *
   * @returns `confirmed` where the copy is that state, `lack` where it should be and is not.
   */
  takeHeartbeat(sent: number, newest: number | undefined): 'confirmed' | 'waiting' | 'lack' {
    this.#heardOf = Math.max(this.#heardOf, sent);
    this.#newest = newest ?? sent;
    // What a heartbeat tells of was sent before it.
    const isLost = this.#inflating === undefined && this.#collector.seq !== undefined && this.#collector.seq <= sent;
    if (isLost) this.#collector.drop();
    const { expected } = this;
    if (expected !== undefined) {
      // However long that takes, what is shown is older from now on.
      if (this.#held !== undefined && expected > this.#seq) this.#lack('behind', 'a newer state is being sent');
      return 'waiting';
    }
    if (this.#held === undefined || this.#seq < sent) {
      this.#lack('behind', this.#held === undefined ? 'its history was lost on the way' : this.#missing(sent + 1));
      return 'lack';
    }
    if (newest !== undefined && newest > this.#seq) {
      this.#lack('behind', waitingText(newest - this.#seq));
      return 'waiting';
    }
    // One that was overtaken tells nothing new.
    if (this.#seq < this.#heardOf) return 'waiting';
    this.#condition = 'live';
    this.#reason = '';
    this.asked = 0;
    return 'confirmed';
  }

  #lack(condition: 'behind' | 'mismatched', reason: string): Taken {
    // What differs is not shown; it takes a proved state to end that.
    if (this.#held !== undefined) this.#condition = 'behind';
    else if (this.#condition !== 'mismatched') this.#condition = condition === 'behind' ? 'syncing' : 'mismatched';
    this.#reason = reason;
    return { outcome: 'lack', reason, condition };
  }
}

function waitingText(states: number): string {
  return `${states} newer ${states === 1 ? 'state waits' : 'states wait'} at the producer for room on the connection`;
}

/** How many of the window's last rows hold all that changed. */
function rowsTouched({ rows, changed, patches }: FrameDelta): number {
  return patches.reduce((most, patch) => Math.max(most, rows - patch.rows[0]), changed.length);
}
