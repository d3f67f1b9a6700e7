import type { TimestampMs } from '../../market/index.ts';
import type { Clock } from '../../util/clock.ts';
import { type EncodedSnapshot, MOST_CHUNK_BYTES, encodeSnapshotChunk, isAcknowledgedChunk } from '../../wire/index.ts';
import { ChunkMemory } from './chunk-memory.ts';
import { SendWindow } from './send-window.ts';
import type { Guest, Turnstile } from './turnstile.ts';

/** Chunks are a part of what may be on its way, so that some are acknowledged while others are: of the longest ones every fourth is. */
const CHUNKS_ON_THE_WAY = 8;
const LEAST_CHUNK_BYTES = 8 * 1024;

/** Who acknowledges nothing for so long lets others have their turn, and gets what it lacks from the start. */
const STALLED_MS = 15_000;

/** A connection that carries less takes long whatever happens. */
const SLOW_BYTES_PER_SECOND = 512 * 1024;

/** A consumer gets so many snapshots encoded before others have their turn. */
const BEGUN_AT_ONCE = 2;

/** What snapshots are sent to and taken from. `S` stands for a stream of the session. */
export interface SnapshotPort<S> {
  /** Whether the socket takes more at present. */
  hasRoom(): boolean;
  /** The chunk's memory is used again when its bytes were acknowledged. */
  send(chunk: Uint8Array): void;
  /**
   * The snapshot of a stream as it is now, after what has to come before it was sent; undefined where there is none any more, and
   * `later` where `pump` is called when it is ready.
   */
  begin(stream: S, options: { readonly slowly: boolean }): EncodedSnapshot | 'later' | undefined;
  /** The last part of a stream's snapshot was handed over. */
  onSent(stream: S, snapshot: EncodedSnapshot): void;
}

/** A snapshot of which something is on its way. */
interface Flight<S> {
  readonly stream: S;
  /** The stream's number, its state, and the bytes of content. */
  readonly id: number;
  readonly seq: number;
  readonly total: number;
  /** Let go of when all of it was sent: what was not acknowledged yet takes no memory here. */
  snapshot: EncodedSnapshot | undefined;
  sent: number;
  acknowledged: number;
  /** Where the last part ends that every consumer acknowledges. */
  awaited: number;
  /** Parts that are not wholly acknowledged. */
  readonly parts: Part[];
  /** Whether what is acknowledged can be nothing but these parts. */
  readonly isFirst: boolean;
}

/** Some of a snapshot that is on its way. */
interface Part {
  /** Where it ends in the content. */
  readonly end: number;
  /** When it was sent. */
  readonly at: TimestampMs;
  /** What is free again when it was acknowledged. */
  readonly memory: Uint8Array | undefined;
}

/** Sends a consumer the snapshots that it needs one after the other, in parts, no faster than it acknowledges them. */
export class SnapshotSender<S> implements Guest {
  readonly #port: SnapshotPort<S>;
  readonly #clock: Clock;
  readonly #turnstile: Turnstile;
  readonly #slowBelow: number;
  readonly #window: SendWindow;
  /** Streams whose snapshot is to come. */
  readonly #queue = new Set<S>();
  /** Oldest first; only the last may have parts to be sent. */
  readonly #flights: Flight<S>[] = [];
  /** What was sent of snapshots that are begun anew: it may be acknowledged still. */
  readonly #sentBefore = new Map<number, { readonly seq: number; readonly bytes: number }>();
  readonly #memory = new ChunkMemory();
  #onTheWay = 0;
  #heardAt: TimestampMs = 0;
  #isPumping = false;

  constructor(
    port: SnapshotPort<S>,
    environment: {
      readonly clock: Clock;
      readonly turnstile: Turnstile;
      readonly firstWindowBytes: number;
      readonly mostWindowBytes: number;
      /** Connections that carry fewer bytes a second get compressed snapshots. */
      readonly slowBelow: number;
    },
  ) {
    this.#port = port;
    this.#clock = environment.clock;
    this.#turnstile = environment.turnstile;
    this.#slowBelow = environment.slowBelow;
    this.#window = new SendWindow(environment.firstWindowBytes, environment.mostWindowBytes);
  }

  /** Snapshots that are to come, or of which a part is still to be sent. */
  get waiting(): number {
    return this.#queue.size + (this.#current === undefined ? 0 : 1);
  }

  /** Whether a stream's snapshot is to come or not wholly sent. */
  has(stream: S): boolean {
    return this.#queue.has(stream) || this.#current?.stream === stream;
  }

  /** Bytes a second that the consumer acknowledged last. */
  get rate(): number | undefined {
    return this.#window.rate;
  }

  /** Has a stream's snapshot sent, after those that wait already. `pump` sets it going. */
  add(stream: S): void {
    if (!this.has(stream)) this.#queue.add(stream);
  }

  /** Drops a stream's snapshot, whatever of it is on its way. */
  cancel(stream: S): void {
    this.#queue.delete(stream);
    for (const flight of this.#flights.filter((each) => each.stream === stream)) this.#land(flight);
    this.#leaveIfDone();
  }

  letIn(): void {
    this.pump();
  }

  /** Sends as much as may be on its way. */
  pump(): void {
    // A socket that takes bytes at once calls back from within.
    if (this.#isPumping) return;
    this.#isPumping = true;
    for (let begun = 0; this.#needsTurn && this.#hasTurn(); begun++) {
      if (this.#current === undefined && (begun >= BEGUN_AT_ONCE || !this.#begin())) break;
      this.#sendParts();
      if (this.#current !== undefined) break;
    }
    this.#isPumping = false;
    this.#leaveIfDone();
  }

  /**
   * Takes an acknowledgement. False for one of bytes that were not sent; of what is no longer on its way it is passed over.
   *
   * @param bytes of that snapshot that have arrived, in order.
   */
  acknowledge(stream: number, seq: number, bytes: number): boolean {
    const flight = this.#flights.find((each) => each.id === stream && each.seq === seq);
    if (flight === undefined || bytes <= flight.acknowledged) return true;
    if (bytes > flight.sent) return bytes <= this.#sentBeforeOf(flight);
    const now = this.#clock.now();
    const arrived = bytes - flight.acknowledged;
    flight.acknowledged = bytes;
    this.#onTheWay -= arrived;
    this.#heardAt = now;
    const parts = takeArrived(flight, bytes);
    this.#window.arrived(arrived, { now, tripMs: now - (parts.at(-1) ?? flight.parts[0]).at });
    for (const { memory } of parts) if (memory !== undefined) this.#memory.giveBack(memory);
    if (bytes === flight.total) this.#land(flight);
    this.pump();
    return true;
  }

  /** Lets others have their turn where the consumer has acknowledged nothing for long. To be called now and then. */
  look(): void {
    if (this.#onTheWay === 0 || Math.abs(this.#clock.now() - this.#heardAt) < STALLED_MS) return;
    const { stream } = this.#current ?? {};
    while (this.#flights.length > 0) this.#land(this.#flights[0]);
    if (stream !== undefined) this.#queue.add(stream);
    this.#turnstile.leave(this);
    this.pump();
  }

  close(): void {
    this.#queue.clear();
    this.#flights.length = 0;
    this.#onTheWay = 0;
    this.#memory.letGo();
    this.#turnstile.leave(this);
  }

  get #current(): Flight<S> | undefined {
    const last = this.#flights.at(-1);
    return last === undefined || last.sent === last.total ? undefined : last;
  }

  /** Begins the next one; false where there is none that can begin. */
  #begin(): boolean {
    if (this.#onTheWay >= this.#window.bytes || !this.#port.hasRoom()) return false;
    for (const stream of this.#queue) {
      // Infinity is always, also before the rate is known.
      const slowly = this.#isSlow || this.#slowBelow === Infinity;
      const snapshot = this.#port.begin(stream, { slowly });
      if (snapshot === 'later') return false;
      this.#queue.delete(stream);
      if (snapshot === undefined) continue;
      const now = this.#clock.now();
      if (this.#onTheWay === 0) {
        this.#window.begin();
        this.#heardAt = now;
      }
      const { stream: id, to: seq, total } = snapshot;
      const isFirst = !this.#sentBefore.has(id);
      const counts = { total, sent: 0, acknowledged: 0, awaited: 0 };
      this.#flights.push({ stream, id, seq, snapshot, ...counts, parts: [], isFirst });
      if (snapshot.total === 0) this.#sendPart(this.#flights[this.#flights.length - 1], 1);
      return true;
    }
    return false;
  }

  #sendParts(): void {
    for (;;) {
      const flight = this.#current;
      if (flight === undefined || !this.#port.hasRoom()) return;
      const isFull = this.#onTheWay >= this.#window.bytes;
      if (isFull && this.#isAnswerComing(flight)) return;
      // A short one is acknowledged: with nothing before it, it shows how long the way is; and where too much is on the way and would
      // not be acknowledged by itself, since the window became smaller meanwhile, it ends the waiting.
      const isShort = isFull || this.#onTheWay === 0;
      const even = isShort ? 0 : Math.floor(this.#window.bytes / CHUNKS_ON_THE_WAY);
      this.#sendPart(flight, Math.min(MOST_CHUNK_BYTES, Math.max(LEAST_CHUNK_BYTES, even)));
    }
  }

  /** Whether something on the way will be acknowledged, whoever the consumer is: the last part of each snapshot is. */
  #isAnswerComing(current: Flight<S>): boolean {
    return this.#flights.length > 1 || current.awaited > current.acknowledged;
  }

  #sendPart(flight: Flight<S>, most: number): void {
    const { snapshot, stream, sent: offset, total } = flight;
    if (snapshot === undefined) return;
    const bytes = Math.min(most, total - offset);
    // What was sent of it before may be acknowledged as if it were this, which then is in the socket still.
    const memory = flight.isFirst ? this.#memory.take(bytes) : undefined;
    const chunk = encodeSnapshotChunk(snapshot, offset, most, memory);
    const end = offset + bytes;
    flight.sent = end;
    if (isAcknowledgedChunk({ offset, bytes, total })) flight.awaited = end;
    flight.parts.push({ end, at: this.#clock.now(), memory });
    this.#onTheWay += bytes;
    const isLast = end === total;
    if (isLast) flight.snapshot = undefined;
    // Nothing is to be acknowledged of what is empty.
    if (total === 0) this.#land(flight);
    this.#port.send(chunk);
    if (isLast) this.#port.onSent(stream, snapshot);
  }

  #land(flight: Flight<S>): void {
    const place = this.#flights.indexOf(flight);
    if (place === -1) return;
    this.#flights.splice(place, 1);
    if (flight.acknowledged < flight.total) {
      this.#sentBefore.set(flight.id, { seq: flight.seq, bytes: Math.max(flight.sent, this.#sentBeforeOf(flight)) });
    }
    this.#onTheWay -= flight.sent - flight.acknowledged;
    // Whether it has left the socket is not known any more.
    for (const { memory } of flight.parts) if (memory !== undefined) this.#memory.lose(memory);
  }

  /** One that takes long whatever happens holds no place that others would wait for. */
  #hasTurn(): boolean {
    if ((this.#window.rate ?? Infinity) >= SLOW_BYTES_PER_SECOND) return this.#turnstile.enter(this);
    this.#turnstile.leave(this);
    return true;
  }

  get #isSlow(): boolean {
    return (this.#window.rate ?? Infinity) < this.#slowBelow;
  }

  #sentBeforeOf({ id, seq }: Flight<S>): number {
    const before = this.#sentBefore.get(id);
    return before?.seq === seq ? before.bytes : 0;
  }

  #leaveIfDone(): void {
    if (!this.#needsTurn) this.#turnstile.leave(this);
    if (this.waiting === 0 && this.#onTheWay === 0) this.#memory.letGo();
  }

  /** One whose socket is full of other things keeps nobody from having a turn. */
  get #needsTurn(): boolean {
    return this.waiting > 0 && (this.#onTheWay > 0 || this.#port.hasRoom());
  }
}

/** The parts that are wholly there, which are let go of. */
function takeArrived({ parts }: Flight<unknown>, bytes: number): readonly Part[] {
  const missing = parts.findIndex(({ end }) => end > bytes);
  return parts.splice(0, missing === -1 ? parts.length : missing);
}
