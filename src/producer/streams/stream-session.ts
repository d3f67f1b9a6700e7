import { type AnalyzedFrame, pairKeyText } from '../../market/index.ts';
import type { Clock } from '../../util/clock.ts';
import {
  type ConsumerAccess,
  type ConsumerControl,
  type EncodedSnapshot,
  type ProducerControl,
  type Resume,
  type StreamSeq,
  type StreamSubscription,
  type Want,
  encodeProducerControl,
} from '../../wire/index.ts';
import type { ProducerLimits } from '../producer-options.ts';
import { type Wanted, wantedOf } from './selection.ts';
import { SnapshotSender } from './snapshot-sender.ts';
import type { StreamEntry } from './stream-entry.ts';
import type { StreamSet } from './stream-set.ts';

/** The connection that a session's messages go to. */
export interface StreamPort {
  /** Whether the socket takes more at present. */
  hasRoom(): boolean;
  sendText(utf8: Uint8Array): void;
  sendBinary(bytes: Uint8Array): void;
  /** Tells the consumer that something of its own is not served. */
  refuse(reason: string): void;
}

/** What a session has sent, for status and metrics. */
export interface StreamSessionCounts {
  deltas: number;
  snapshots: number;
  /** States that were not sent, since a newer one took their place. */
  conflated: number;
  resyncs: number;
  bytes: number;
}

/** A snapshot is begun again for the asking at most so often. */
const LEAST_BETWEEN_MS = 1_000;

/** Every so many heartbeats one tells of all streams, in case that the one which told of a stream was lost. The first one does. */
const WHOLE_BEAT = 20;

const encoder = new TextEncoder();
const encode = (control: ProducerControl) => encoder.encode(encodeProducerControl(control));

/**
 * One Candlecast consumer's streams: what of each it has been sent, and what it is owed. A consumer that cannot follow is owed the
 * newest state of each stream and nothing else, so what is kept for it does not grow.
 */
export class StreamSession {
  readonly counts: StreamSessionCounts = { deltas: 0, snapshots: 0, conflated: 0, resyncs: 0, bytes: 0 };
  readonly #port: StreamPort;
  readonly #streams: StreamSet;
  readonly #frames: () => readonly AnalyzedFrame[];
  readonly #access: ConsumerAccess;
  readonly #limits: ProducerLimits;
  readonly #clock: Clock;
  readonly #sender: SnapshotSender<StreamEntry>;
  readonly #entries = new Map<string, StreamEntry>();
  readonly #byId = new Map<number, StreamEntry>();
  /** Those that wait for room. */
  readonly #due = new Set<StreamEntry>();
  #wants: readonly Want[] | undefined;
  #hasSubscribed = false;
  /** The last one that came while there was no room. */
  #subscription: StreamSubscription | undefined;
  #hasToldOfFull = false;
  #isCatchingUp = false;
  /** There was no room for a heartbeat: it comes before anything else. */
  #isBeatDue = false;
  #beats = -1;

  constructor(
    port: StreamPort,
    environment: {
      readonly streams: StreamSet;
      /** Those that can be sent as streams. */
      readonly frames: () => readonly AnalyzedFrame[];
      readonly access: ConsumerAccess;
      readonly limits: ProducerLimits;
      readonly clock: Clock;
    },
  ) {
    const { streams, limits, clock } = environment;
    this.#port = port;
    this.#streams = streams;
    this.#frames = environment.frames;
    this.#access = environment.access;
    this.#limits = limits;
    this.#clock = clock;
    const begin = (entry: StreamEntry, { slowly }: { readonly slowly: boolean }) => this.#beginSnapshot(entry, slowly);
    this.#sender = new SnapshotSender(
      {
        hasRoom: () => port.hasRoom(),
        send: (chunk) => this.#sendBinary(chunk),
        begin,
        onSent: (entry, snapshot) => this.#onSnapshotSent(entry, snapshot),
      },
      {
        clock,
        turnstile: streams.turnstile,
        firstWindowBytes: limits.snapshotWindowBytes,
        mostWindowBytes: limits.mostSnapshotWindowBytes,
        slowBelow: limits.compressBelowBytesPerSecond,
      },
    );
  }

  /** Streams of which a newer state waits, or a snapshot. */
  get waiting(): number {
    return this.#due.size + this.#sender.waiting;
  }

  /** Bytes of snapshots that the consumer acknowledged a second, lately. */
  get bytesPerSecond(): number | undefined {
    return this.#sender.rate;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Takes a consumer's first subscription, or another in its place. One who does not read is answered when there is room. */
  subscribe(subscription: StreamSubscription): void {
    const hasRoom = this.#port.hasRoom();
    this.#subscription = hasRoom ? undefined : subscription;
    if (!hasRoom) return;
    const { serial, want, resume } = subscription;
    const { heartbeatMs } = this.#limits;
    const { epoch } = this.#streams;
    const answers = serial === undefined ? {} : { serial };
    this.#sendText(encode({ type: 'welcome', epoch, heartbeatMs, ...answers, limits: this.#welcomeLimits() }));
    this.#hasSubscribed = true;
    this.#wants = want;
    this.#reconcile(resume?.epoch === epoch ? resume : undefined);
    for (const entry of this.#entries.values()) this.#bring(entry);
    this.#sender.pump();
    this.#beats = -1;
    this.heartbeat();
  }

  #welcomeLimits(): Readonly<Record<string, number>> {
    const { mostStreams, mostDeltaBytes, requestsPerSecond } = this.#limits;
    return { mostStreams, mostDeltaBytes, requestsPerSecond };
  }

  /** Leaves the streams that are no longer wanted, and takes up the others. */
  #reconcile(resume: Resume | undefined): void {
    const wanted = new Map<string, { readonly analyzed: AnalyzedFrame; readonly want: Wanted }>();
    for (const analyzed of this.#frames()) {
      const want = wantedOf(analyzed.key, this.#wants, this.#access);
      if (want !== undefined) wanted.set(pairKeyText(analyzed.key), { analyzed, want });
    }
    for (const [keyText, entry] of this.#entries) {
      const now = wanted.get(keyText);
      if (now === undefined || this.#streams.find(entry.stream.key, now.want.selection) !== entry.stream) {
        this.#drop(keyText, entry, { tell: true });
      }
    }
    for (const { analyzed, want } of wanted.values()) this.#take(analyzed, want, resume);
  }

  #take(analyzed: AnalyzedFrame, { selection, rate }: Wanted, resume?: Resume): void {
    const keyText = pairKeyText(analyzed.key);
    const known = this.#entries.get(keyText);
    if (known !== undefined) return this.#setRate(known, rate);
    const holder = { onAdvance: () => {}, onEnd: () => {} };
    const stream = this.#streams.hold(analyzed, selection, holder);
    if (stream === undefined) return this.#tellFull();
    const entry: StreamEntry = Object.assign(holder, {
      stream,
      rate,
      sent: 0,
      base: undefined,
      schemaVersion: 0,
      isDue: true,
      sentAt: 0,
      begunAt: -Infinity,
      timer: undefined,
      beat: { seq: 0, now: 0 },
      onAdvance: (newCandle: boolean) => this.#onAdvance(entry, newCandle),
      onEnd: () => this.#drop(keyText, entry, { tell: true }),
    });
    this.#entries.set(keyText, entry);
    this.#byId.set(stream.id, entry);
    const held = resume?.streams.get(stream.id);
    const state = held === undefined ? undefined : stream.stateAt(held);
    if (state === undefined || state.schemaVersion !== stream.newest().schemaVersion) return;
    entry.sent = state.seq;
    entry.base = state;
  }

  #tellFull(): void {
    if (this.#hasToldOfFull) return;
    this.#hasToldOfFull = true;
    this.#port.refuse(
      `there are ${this.#limits.mostStreams} streams, the most there may be; want fewer different parts`,
    );
  }

  #setRate(entry: StreamEntry, rate: StreamEntry['rate']): void {
    if (entry.rate === rate) return;
    entry.rate = rate;
    entry.timer?.cancel();
    entry.timer = undefined;
    if (entry.sent < entry.stream.seq) entry.isDue = true;
  }

  /** Takes up a frame that was not there before. */
  onFrame(analyzed: AnalyzedFrame): void {
    if (!this.#hasSubscribed) return;
    const keyText = pairKeyText(analyzed.key);
    if (this.#entries.has(keyText)) return;
    const want = wantedOf(analyzed.key, this.#wants, this.#access);
    if (want === undefined) return;
    this.#take(analyzed, want);
    const entry = this.#entries.get(keyText);
    if (entry === undefined) return;
    this.#bring(entry);
    this.#sender.pump();
  }

  /** A stream's newer state. The common case, one row to one who has all before, takes one look and one call of the socket. */
  #onAdvance(entry: StreamEntry, newCandle: boolean): void {
    if (entry.rate === 'candle' && !newCandle && entry.sent > 0 && !entry.isDue) return;
    entry.isDue = true;
    this.#bring(entry);
  }

  /** Brings a stream to its newest state, now or when it may be. */
  #bring(entry: StreamEntry): void {
    if (!entry.isDue || entry.timer !== undefined || this.#sender.has(entry)) return;
    if (!this.#port.hasRoom()) {
      this.#due.add(entry);
      return;
    }
    if (this.#mustWait(entry)) return;
    this.#due.delete(entry);
    const { stream, sent } = entry;
    if (sent === stream.seq) {
      entry.isDue = false;
      this.#sendSchema(entry);
      return;
    }
    const base = entry.base ?? (sent === 0 ? undefined : stream.stateAt(sent));
    const message = base === undefined ? undefined : stream.deltaMessage(base);
    if (message === undefined) {
      // Its hash is computed when its turn comes: those of all at once would keep the first one waiting.
      this.#sender.add(entry);
      this.#sender.pump();
      return;
    }
    const newest = stream.newest();
    this.#sendSchema(entry);
    this.counts.deltas += 1;
    this.counts.conflated += newest.seq - sent - 1;
    entry.sent = newest.seq;
    // A slower reader starts from a state that the stream itself may have let go.
    entry.base = entry.rate === 'tick' ? undefined : newest;
    entry.isDue = false;
    entry.sentAt = this.#clock.now();
    this.#sendBinary(message);
  }

  #mustWait(entry: StreamEntry): boolean {
    if (typeof entry.rate !== 'number' || entry.sent === 0) return false;
    const leftMs = entry.sentAt + entry.rate - this.#clock.now();
    // A clock that was set back must not make it wait for longer.
    if (leftMs <= 0 || leftMs > entry.rate) return false;
    entry.timer = this.#clock.setTimer(() => {
      entry.timer = undefined;
      this.#bring(entry);
    }, leftMs);
    return true;
  }

  #beginSnapshot(entry: StreamEntry, slowly: boolean): EncodedSnapshot | 'later' | undefined {
    const { stream } = entry;
    if (this.#byId.get(stream.id) !== entry) return undefined;
    const { snapshots, turnstile } = this.#streams;
    const snapshot = slowly
      ? snapshots.compressedOf(stream, () => this.#sender.pump())
      : snapshots.of(stream, turnstile.size > 1);
    if (snapshot === undefined) return 'later';
    this.#sendSchema(entry);
    // Until it is sent it may be the only one that starts from this state.
    entry.base = stream.stateAt(snapshot.to);
    entry.begunAt = this.#clock.now();
    entry.isDue = snapshot.to < stream.seq;
    return snapshot;
  }

  #onSnapshotSent(entry: StreamEntry, snapshot: EncodedSnapshot): void {
    this.counts.snapshots += 1;
    if (this.#byId.get(entry.stream.id) !== entry) return;
    if (entry.sent > 0) this.counts.conflated += Math.max(0, snapshot.to - entry.sent - 1);
    entry.sent = snapshot.to;
    entry.sentAt = this.#clock.now();
    this.#bring(entry);
  }

  #sendSchema(entry: StreamEntry): void {
    const { schemaVersion } = entry.stream.newest();
    if (entry.schemaVersion === schemaVersion) return;
    entry.schemaVersion = schemaVersion;
    this.#sendText(entry.stream.schemaMessage());
  }

  /** The consumer tells what it has, or lacks. False where it makes no sense. */
  onControl(control: ConsumerControl): boolean {
    if (control.type === 'ack') return this.#sender.acknowledge(control.stream, control.seq, control.bytes);
    const entry = this.#byId.get(control.stream);
    if (entry === undefined) {
      // One who does not read asks again when it does.
      if (this.#port.hasRoom()) this.#sendText(encode({ type: 'end', stream: control.stream }));
      return true;
    }
    this.counts.resyncs += 1;
    // What was just begun anew comes; a consumer that has no use for it asks again.
    if (this.#sender.has(entry) && Math.abs(this.#clock.now() - entry.begunAt) < LEAST_BETWEEN_MS) return true;
    this.#sender.cancel(entry);
    const state = control.have === undefined ? undefined : entry.stream.stateAt(control.have);
    entry.sent = state?.seq ?? 0;
    entry.base = state;
    entry.schemaVersion = 0;
    entry.isDue = true;
    entry.beat = { seq: 0, now: 0 };
    // What is missing does not wait for its time.
    entry.timer?.cancel();
    entry.timer = undefined;
    entry.sentAt = -Infinity;
    if (this.#port.hasRoom()) this.#sendSchema(entry);
    this.#bring(entry);
    // One who has all is told so.
    if (!entry.isDue) this.#beat([entry]);
    return true;
  }

  /** The socket has sent something. */
  onRoom(): void {
    if (this.#isCatchingUp) return;
    this.#isCatchingUp = true;
    if (this.#subscription !== undefined) this.subscribe(this.#subscription);
    if (this.#isBeatDue) this.heartbeat();
    for (const entry of this.#due) {
      if (!this.#port.hasRoom()) break;
      this.#due.delete(entry);
      this.#bring(entry);
    }
    this.#isCatchingUp = false;
    this.#sender.pump();
  }

  /** Tells which state of each stream was the last that was sent, where that has moved. To be called once a `heartbeatMs`. */
  heartbeat(): void {
    this.#sender.look();
    this.#isBeatDue = !this.#port.hasRoom();
    if (this.#isBeatDue) return this.#letGo();
    this.#beats += 1;
    const whole = this.#beats % WHOLE_BEAT === 0;
    const entries = [...this.#entries.values()];
    this.#beat(whole ? entries : entries.filter(hasMoved), whole);
  }

  /** One who does not read holds no old states: what they take is not shared for long. */
  #letGo(): void {
    for (const entry of this.#due) entry.base = undefined;
  }

  #beat(entries: readonly StreamEntry[], whole = false): void {
    const streams = entries.map((entry): StreamSeq => {
      const { sent: seq, stream } = entry;
      entry.beat = { seq, now: stream.seq };
      // A reader that wants fewer states has all that it wants.
      const isBehind = stream.seq > seq && entry.rate === 'tick';
      return isBehind ? { stream: stream.id, seq, now: stream.seq } : { stream: stream.id, seq };
    });
    this.#sendText(encode({ type: 'heartbeat', streams, whole }));
  }

  /** Leaves all streams. */
  close(): void {
    for (const [keyText, entry] of this.#entries) this.#drop(keyText, entry, { tell: false });
    this.#sender.close();
  }

  #drop(keyText: string, entry: StreamEntry, { tell }: { readonly tell: boolean }): void {
    this.#entries.delete(keyText);
    this.#byId.delete(entry.stream.id);
    this.#due.delete(entry);
    entry.timer?.cancel();
    entry.timer = undefined;
    this.#sender.cancel(entry);
    this.#streams.release(entry.stream, entry);
    if (tell) this.#sendText(encode({ type: 'end', stream: entry.stream.id }));
  }

  #sendText(utf8: Uint8Array): void {
    this.counts.bytes += utf8.length;
    this.#port.sendText(utf8);
  }

  #sendBinary(bytes: Uint8Array): void {
    this.counts.bytes += bytes.length;
    this.#port.sendBinary(bytes);
  }
}

function hasMoved({ sent, stream, beat }: StreamEntry): boolean {
  return sent > 0 && (beat.seq !== sent || (beat.now !== stream.seq && stream.seq > sent));
}
