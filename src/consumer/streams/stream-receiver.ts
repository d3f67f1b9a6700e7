import type { AnyFrame } from '../../frame/index.ts';
import { type PairKey, pairKeyText, type TimestampMs } from '../../market/index.ts';
import type { Clock } from '../../util/clock.ts';
import {
  type ConsumerControl,
  type ProducerControl,
  type Resume,
  STREAM_VERSION,
  SnapshotMemory,
  type SnapshotChunk,
  type StreamLimits,
  type StreamMessage,
  type StreamSubscription,
  type Want,
  decodeStreamMessage,
  isAcknowledgedChunk,
} from '../../wire/index.ts';
import { Inflations } from './inflations.ts';
import { IncomingStream, type StreamCondition, type Taken } from './incoming-stream.ts';

/** Which of the producer's states a copy is. */
export interface StreamPosition {
  /** Of the producer's run. */
  readonly epoch: number;
  readonly stream: number;
  readonly seq: number;
}

/** What a receiver tells of. */
export interface StreamListener {
  send(control: ConsumerControl): void;
  /** Whether there is room for a copy of this frame. */
  hasRoomFor(key: PairKey): boolean;
  /** A copy is another one now, proved to be the producer's. */
  onCopy(
    key: PairKey,
    copy: {
      readonly frame: AnyFrame;
      readonly lastAnalyzed: TimestampMs;
      readonly position: StreamPosition;
      /** How many of its last rows came. */
      readonly rows: number;
      readonly whole: boolean;
    },
  ): void;
  /** A copy is what it was, or worth something else than before. */
  onCondition(key: PairKey, condition: StreamCondition | 'ended', reason: string): void;
  /** Something was lost or differs, and is asked for. */
  onResync(key: PairKey, why: 'gap' | 'mismatch', reason: string): void;
  /** A message that cannot be read. */
  onUnreadable(reason: string): void;
  /** A message that is larger than what is taken. */
  onTooLarge(reason: string): void;
}

/** Between connections. */
const deaf: StreamListener = {
  send() {},
  hasRoomFor: () => false,
  onCopy() {},
  onCondition() {},
  onResync() {},
  onUnreadable() {},
  onTooLarge() {},
};

/** What came over all connections, for status and metrics. */
export interface StreamCounts {
  deltas: number;
  snapshots: number;
  bytes: number;
  resyncs: number;
  mismatches: number;
  /** States that were never sent, since a newer one took their place. */
  conflated: number;
}

/** An unanswered request is repeated after so long, then after twice as long each time. */
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 30_000;

/** Streams that were left out which are remembered, and as many that ended. */
const MOST_LEFT_OUT = 10_000;

/** Snapshots that are collected at one time: a producer sends one after the other. The one of which nothing came for longest goes. */
const MOST_COLLECTED = 8;

/** Unknown streams that are asked for within `FIRST_WAIT_MS`, each once. */
const MOST_UNKNOWN_ASKED = 1_000;

/** A producer tells of every stream once in twenty heartbeats. Where two of those were lost, or the news of its end was, it is asked. */
const MOST_UNMENTIONED_BEATS = 41;

/** All streams of one producer, across connections: what was received is there to go on from. */
export class StreamReceiver {
  readonly counts: StreamCounts = { deltas: 0, snapshots: 0, bytes: 0, resyncs: 0, mismatches: 0, conflated: 0 };
  readonly #clock: Clock;
  readonly #limits: Required<StreamLimits>;
  #listener: StreamListener = deaf;
  readonly #streams = new Map<number, IncomingStream>();
  /** The stream that a frame comes by. */
  readonly #byKey = new Map<string, IncomingStream>();
  /** Streams for which there was no room. */
  readonly #leftOut = new Map<number, PairKey>();
  /** Streams that ended, and the newest state of each that was shown: what is late must not bring an older one back. */
  readonly #ended = new Map<number, number>();
  readonly #memory = new SnapshotMemory();
  readonly #inflations: Inflations;
  /** Of which a part of a snapshot has come; the one whose part came last is the last. */
  readonly #collecting = new Set<IncomingStream>();
  readonly #unknownAsked = new Set<number>();
  #unknownAskedAt: TimestampMs = 0;
  #epoch: number | undefined;
  /** Of the last subscription, and whether the producer has answered it. */
  #serial = 0;
  #isAnswered = false;
  #heartbeatMs = 0;
  #heardAt: TimestampMs = 0;
  /** When part of a snapshot came last: those that wait for theirs have patience then. */
  #snapshotAt: TimestampMs = 0;

  constructor(options: { readonly clock: Clock; readonly limits: Required<StreamLimits> }) {
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#inflations = new Inflations(options.limits);
  }

  /** A connection begins, of which this one is to hear. */
  begin(listener: StreamListener): void {
    this.#listener = listener;
  }

  /** The producer's run that was heard last. */
  get epoch(): number | undefined {
    return this.#epoch;
  }

  /** Whether the producer has answered the last subscription. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  get heartbeatMs(): number {
    return this.#heartbeatMs;
  }

  /** When the last heartbeat came; 0 where none did. */
  get heardAt(): TimestampMs {
    return this.#heardAt;
  }

  get streams(): Iterable<IncomingStream> {
    return this.#streams.values();
  }

  /** What to subscribe with: what is wanted, and what is held from before. */
  subscription(want: readonly Want[] | undefined): StreamSubscription {
    const resume = this.#resume();
    this.#serial = (this.#serial + 1) >>> 0;
    this.#isAnswered = false;
    return {
      version: STREAM_VERSION,
      serial: this.#serial,
      ...(want === undefined ? {} : { want }),
      ...(resume === undefined ? {} : { resume }),
    };
  }

  #resume(): Resume | undefined {
    if (this.#epoch === undefined) return undefined;
    const held = [...this.#streams.values()].filter(({ have }) => have !== undefined);
    const streams = new Map(held.slice(0, this.#limits.mostStreams).map(({ id, seq }) => [id, seq]));
    return streams.size === 0 ? undefined : { epoch: this.#epoch, streams };
  }

  /** The connection ended. */
  interrupt(reason: string): void {
    for (const stream of this.#streams.values()) stream.interrupt(reason);
    this.#listener = deaf;
  }

  takeControl(control: ProducerControl): void {
    switch (control.type) {
      case 'welcome':
        return this.#takeWelcome(control);
      case 'schema':
        return this.#takeSchema(control);
      case 'end':
        return this.#takeEnd(control.stream);
      case 'heartbeat':
        return this.#takeHeartbeat(control);
    }
  }

  #takeWelcome({ epoch, heartbeatMs, serial }: ProducerControl & { readonly type: 'welcome' }): void {
    this.#heartbeatMs = heartbeatMs;
    // One to an older subscription, after that to the newest, shows that the producer goes by the older one.
    this.#isAnswered = serial === undefined || serial === this.#serial;
    this.#heardAt = this.#clock.now();
    if (epoch === this.#epoch) return;
    // Another run counts its streams anew.
    this.#epoch = epoch;
    for (const stream of this.#streams.values()) {
      this.#watch(stream, () => stream.interrupt('the producer was restarted'));
    }
    this.#streams.clear();
    this.#byKey.clear();
    this.#leftOut.clear();
    this.#ended.clear();
  }

  #takeSchema({ stream: id, version, key, schema }: ProducerControl & { readonly type: 'schema' }): void {
    const keyText = pairKeyText(key);
    const known = this.#streams.get(id);
    if (known !== undefined && pairKeyText(known.key) === keyText) {
      known.takeSchema(version, schema);
      this.#byKey.set(keyText, known);
      return;
    }
    // What it was of before comes no longer.
    if (known !== undefined) this.#takeEnd(id);
    if (!this.#listener.hasRoomFor(key) || this.#streams.size >= this.#limits.mostStreams) {
      if (this.#leftOut.size < MOST_LEFT_OUT) this.#leftOut.set(id, key);
      return;
    }
    this.#leftOut.delete(id);
    // Another part of the same frame takes its place.
    const before = this.#byKey.get(keyText);
    if (before !== undefined) this.#forget(before);
    const given = { limits: this.#limits, memory: this.#memory, inflations: this.#inflations };
    const shown = this.#ended.get(id) ?? 0;
    const stream = new IncomingStream({ id, key, version, schema, shown, ...given }, this.#clock.now());
    this.#streams.set(id, stream);
    this.#byKey.set(keyText, stream);
    this.#listener.onCondition(key, 'syncing', stream.reason);
  }

  #takeEnd(id: number): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    this.#forget(stream);
    const keyText = pairKeyText(stream.key);
    if (this.#byKey.get(keyText) !== stream) return;
    this.#byKey.delete(keyText);
    this.#listener.onCondition(stream.key, 'ended', 'the producer no longer sends it');
  }

  #forget(stream: IncomingStream): void {
    const { id, shown } = stream;
    stream.interrupt('the producer no longer sends it');
    this.#streams.delete(id);
    this.#ended.set(id, shown);
    for (const oldest of this.#ended.keys()) {
      if (this.#ended.size <= MOST_LEFT_OUT) break;
      this.#ended.delete(oldest);
    }
  }

  #takeHeartbeat({ streams, whole }: ProducerControl & { readonly type: 'heartbeat' }): void {
    this.#heardAt = this.#clock.now();
    for (const { stream: id, seq, now } of streams) {
      const stream = this.#streams.get(id);
      // Of what was not sent yet nothing was lost, its schema included.
      if (seq === 0) continue;
      if (stream === undefined) this.#askForUnknown(id);
      else this.#takeBeat(stream, seq, now);
    }
    if (whole === true) this.#endAllBut(new Set(streams.map(({ stream }) => stream)));
    this.#repeat();
  }

  /** The word that they ended was lost. */
  #endAllBut(kept: ReadonlySet<number>): void {
    for (const id of this.#streams.keys()) if (!kept.has(id)) this.#takeEnd(id);
  }

  #takeBeat(stream: IncomingStream, seq: number, now: number | undefined): void {
    stream.mentionedAt = this.#clock.now();
    const found = this.#watch(stream, () => stream.takeHeartbeat(seq, now));
    if (found === 'lack') this.#ask(stream, 'gap', stream.reason);
  }

  /** Its schema was lost. */
  #askForUnknown(id: number): void {
    const now = this.#clock.now();
    if (Math.abs(now - this.#unknownAskedAt) >= FIRST_WAIT_MS) {
      this.#unknownAskedAt = now;
      this.#unknownAsked.clear();
    }
    const asked = this.#unknownAsked;
    if (this.#isLeftOut(id) || asked.has(id) || asked.size >= MOST_UNKNOWN_ASKED) return;
    asked.add(id);
    this.#listener.send({ type: 'resync', stream: id });
  }

  /** Whether there was no room for a stream, and is none now. */
  #isLeftOut(id: number): boolean {
    const key = this.#leftOut.get(id);
    return key !== undefined && !this.#listener.hasRoomFor(key);
  }

  takeBinary(bytes: Uint8Array): void {
    this.counts.bytes += bytes.length;
    const decoded = decodeStreamMessage(bytes, this.#limits);
    if (decoded.status === 'refused') {
      // A limit of ours is no fault of the producer's.
      if (decoded.code === 'STREAM_TOO_LARGE') return this.#listener.onTooLarge(decoded.reason);
      return this.#listener.onUnreadable(decoded.reason);
    }
    const { message } = decoded;
    // What comes from another run of the producer is about other streams.
    if (message.epoch !== this.#epoch) return;
    const stream = this.#streams.get(message.stream);
    if (stream === undefined) return this.#passOver(message);
    if (message.kind === 'snapshot') return this.#takeChunk(stream, message);
    this.counts.deltas += 1;
    this.counts.conflated += message.to - message.from;
    this.#settle(stream, () => stream.takeDelta(message));
  }

  /** What is of no use here is acknowledged all the same: it keeps others waiting otherwise. */
  #passOver(message: StreamMessage): void {
    if (message.kind !== 'snapshot') return;
    this.#acknowledge(message);
  }

  /** Tells that all up to the end of a chunk has come, where that is to be told. */
  #acknowledge({ stream, to: seq, offset, content, total }: SnapshotChunk): void {
    if (!isAcknowledgedChunk({ offset, bytes: content.length, total })) return;
    this.#listener.send({ type: 'ack', stream, seq, bytes: offset + content.length });
  }

  #takeChunk(stream: IncomingStream, chunk: SnapshotChunk): void {
    this.#snapshotAt = this.#clock.now();
    if (chunk.offset === 0) this.counts.snapshots += 1;
    this.#settle(stream, () =>
      stream.takeChunk(chunk, (take) => {
        if (this.#streams.get(stream.id) === stream) this.#settle(stream, take);
      }),
    );
    this.#boundCollected(stream);
    const end = chunk.offset + chunk.content.length;
    // All that was collected, or this was the last part of it.
    if (stream.collected === end || end === chunk.total) this.#acknowledge(chunk);
  }

  /** So that the parts of many snapshots take no more memory than one whole may. */
  #boundCollected(newest: IncomingStream): void {
    const collecting = this.#collecting;
    collecting.delete(newest);
    if (newest.collected > 0) collecting.add(newest);
    let bytes = 0;
    for (const { collected } of collecting) bytes += collected;
    for (const stream of collecting) {
      const isGone = stream.collected === 0;
      if (!isGone && collecting.size <= MOST_COLLECTED && bytes <= this.#limits.mostSnapshotBytes) continue;
      if (stream === newest) continue;
      collecting.delete(stream);
      bytes -= stream.collected;
      stream.dropPart();
    }
  }

  #settle(stream: IncomingStream, take: () => Taken): void {
    const taken = this.#watch(stream, take);
    if (taken.outcome === 'updated') this.#tellCopy(stream, taken);
    else if (taken.outcome === 'lack') {
      if (taken.condition === 'mismatched') this.counts.mismatches += 1;
      this.#ask(stream, taken.condition === 'mismatched' ? 'mismatch' : 'gap', taken.reason);
    }
  }

  #tellCopy(stream: IncomingStream, { rows, whole }: Taken & { readonly outcome: 'updated' }): void {
    const { frame, lastAnalyzed, id, seq, key } = stream;
    if (frame === undefined || this.#epoch === undefined) return;
    const position = { epoch: this.#epoch, stream: id, seq };
    this.#listener.onCopy(key, { frame, lastAnalyzed, position, rows, whole });
    if (stream.condition !== 'live') this.#listener.onCondition(key, stream.condition, stream.reason);
  }

  /** Tells of a condition that has changed. */
  #watch<T>(stream: IncomingStream, act: () => T): T {
    const { condition, reason } = stream;
    const result = act();
    const isSame = stream.condition === condition && stream.reason === reason;
    // That a copy is live shows from the copy, where one came.
    if (!isSame) this.#listener.onCondition(stream.key, stream.condition, stream.reason);
    return result;
  }

  #ask(stream: IncomingStream, why: 'gap' | 'mismatch', reason: string): void {
    const now = this.#clock.now();
    if (stream.asked > 0 && Math.abs(now - stream.askedAt) < waitOf(stream.asked)) return;
    stream.askedAt = now;
    stream.asked += 1;
    this.counts.resyncs += 1;
    const { id, have, key } = stream;
    this.#listener.onResync(key, why, reason);
    this.#listener.send({ type: 'resync', stream: id, ...(have === undefined ? {} : { have }) });
  }

  /** Asks again for what was asked for and did not come. */
  #repeat(): void {
    const now = this.#clock.now();
    for (const stream of this.#streams.values()) {
      const { condition, asked, askedAt, reason } = stream;
      if (condition === 'live' && Math.abs(now - stream.mentionedAt) > MOST_UNMENTIONED_BEATS * this.#heartbeatMs) {
        stream.mentionedAt = now;
        this.#ask(stream, 'gap', 'the producer tells of it no longer');
        continue;
      }
      // What was not asked for is owed: heartbeats show when it was sent and lost.
      if (condition === 'live' || asked === 0) continue;
      if (Math.abs(now - Math.max(askedAt, this.#snapshotAt)) < waitOf(asked)) continue;
      this.#ask(stream, condition === 'mismatched' ? 'mismatch' : 'gap', reason);
    }
  }
}

function waitOf(asked: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (asked - 1));
}
