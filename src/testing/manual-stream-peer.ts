import { type AnyFrame, type HashedFrame, applyDelta, hashedFrame, hashesEqual } from '../frame/index.ts';
import { type PairKey, pairKeyText } from '../market/index.ts';
import type { Producer } from '../producer/index.ts';
import {
  type ConsumerAccess,
  type ConsumerControl,
  type DeltaMessage,
  type Message,
  type MessageSocketEvents,
  type ProducerControl,
  type Resume,
  type Snapshot,
  type SnapshotChunk,
  SnapshotCollector,
  type StreamMessage,
  type StreamSchema,
  type Want,
  decodeDelta,
  decodeMessage,
  decodeSnapshot,
  decodeStreamMessage,
  encodeConsumerControl,
  inflateSnapshot,
} from '../wire/index.ts';
import { type ManualSocket, manualSocket } from './manual-socket.ts';

/** A stream as the peer has it. */
export interface PeerStream {
  readonly id: number;
  readonly key: PairKey;
  readonly version: number;
  readonly schema: StreamSchema;
  /** The state that was proved last, undefined before the first. */
  readonly copy: HashedFrame | undefined;
  /** Of that state; 0 where there is none. */
  readonly seq: number;
}

interface Known extends PeerStream {
  version: number;
  schema: StreamSchema;
  copy: HashedFrame | undefined;
  seq: number;
  readonly collector: SnapshotCollector;
  /** What came while a snapshot is decompressed. */
  held: DeltaMessage[] | undefined;
}

/** What a peer notes of each message, in order: `welcome`, `schema 1`, `snapshot 1:4 part`, `snapshot 1:4`, `delta 1:4-6`, `end 1`, … */
export type PeerNote = string;

/** A Candlecast consumer without a network that takes a producer at its word, and fails where the producer breaks the rules. */
export interface ManualStreamPeer {
  readonly socket: ManualSocket;
  readonly events: MessageSocketEvents;
  readonly notes: readonly PeerNote[];
  readonly controls: readonly ProducerControl[];
  readonly messages: readonly Message[];
  /** Content of snapshots that has come and was not acknowledged, in bytes. */
  readonly owed: number;
  /** While this is false, acknowledgements wait for `acknowledge`. True at first. */
  acknowledges: boolean;
  /** Sends what was not acknowledged. */
  acknowledge(): void;
  subscribe(options?: {
    readonly want?: readonly Want[];
    readonly resume?: Resume;
    readonly topics?: readonly string[];
  }): void;
  control(control: ConsumerControl): void;
  /** The stream of a frame. Throws Error where there is none. */
  stream(key: PairKey): PeerStream;
  /** The proved copy of a frame, undefined before it came. */
  frame(key: PairKey): AnyFrame | undefined;
  /** Notes since the last call. */
  news(): readonly PeerNote[];
}

/** Attaches a peer to a producer. Throws Error, into the producer's call of the socket, where what comes breaks the rules. */
export function manualStreamPeer(
  producer: Producer,
  options: { readonly access?: ConsumerAccess; readonly remote?: string } = {},
): ManualStreamPeer {
  const { remote = 'peer:1' } = options;
  const streams = new Map<number, Known>();
  const notes: PeerNote[] = [];
  const controls: ProducerControl[] = [];
  const messages: Message[] = [];
  const owed: Extract<ConsumerControl, { readonly type: 'ack' }>[] = [];
  let owedBytes = 0;
  let acknowledges = true;
  let seen = 0;

  const socket = manualSocket({
    remote,
    onMessage(text) {
      const outcome = decodeMessage(text);
      if (outcome.status === 'control') return takeControl(outcome.control);
      if (outcome.status !== 'message') throw new Error(`expected a message, found ${text.slice(0, 200)}`);
      messages.push(outcome.message);
      notes.push(outcome.message.type);
    },
    onBinary(bytes) {
      const outcome = decodeStreamMessage(bytes);
      if (outcome.status === 'refused') throw new Error(outcome.reason);
      takeStream(outcome.message);
    },
  });
  const events = producer.attach(socket, options.access);
  const control = (sent: ConsumerControl) => events.onMessage(encodeConsumerControl(sent));

  function takeControl(taken: ProducerControl): void {
    controls.push(taken);
    if (taken.type === 'heartbeat') {
      const told = taken.streams.map(({ stream, seq, now }) => [stream, seq, now].join(':').replace(/:$/, ''));
      notes.push([taken.whole === true ? 'whole heartbeat' : 'heartbeat', ...told].join(' '));
      return;
    }
    notes.push(taken.type === 'welcome' ? 'welcome' : `${taken.type} ${taken.stream}`);
    if (taken.type === 'end') streams.delete(taken.stream);
    if (taken.type === 'schema') takeSchema(taken);
  }

  function takeSchema({ stream: id, version, key, schema }: ProducerControl & { readonly type: 'schema' }): void {
    const known = streams.get(id);
    if (known === undefined) {
      streams.set(id, {
        id,
        key,
        version,
        schema,
        copy: undefined,
        seq: 0,
        collector: new SnapshotCollector(),
        held: undefined,
      });
      return;
    }
    if (pairKeyText(known.key) !== pairKeyText(key)) throw new Error(`stream ${id} became that of another frame`);
    if (version !== known.version) known.copy = undefined;
    Object.assign(known, { version, schema });
  }

  function takeStream(message: StreamMessage): void {
    const stream = streams.get(message.stream);
    if (stream === undefined) throw new Error(`stream ${message.stream} comes without its schema`);
    if (message.schemaVersion !== stream.version) throw new Error(`stream ${stream.id} comes before its schema`);
    if (message.kind === 'delta') takeDelta(stream, message);
    else takeChunk(stream, message);
  }

  function takeDelta(stream: Known, message: DeltaMessage): void {
    const { from, to } = message;
    notes.push(`delta ${stream.id}:${from}-${to}`);
    if (stream.held === undefined) applyTo(stream, message);
    else stream.held.push(message);
  }

  function applyTo(stream: Known, message: DeltaMessage): void {
    const { from, to } = message;
    if (stream.copy === undefined || from > stream.seq + 1 || to <= stream.seq) {
      throw new Error(`stream ${stream.id}: a delta from ${from} to ${to} came to a copy of state ${stream.seq}`);
    }
    const decoded = decodeDelta(message, stream.schema);
    if (decoded.status === 'refused') throw new Error(decoded.reason);
    const applied = applyDelta(stream.copy, decoded.delta);
    if (applied.status !== 'applied') throw new Error(`stream ${stream.id}, state ${to}: ${applied.status}`);
    stream.copy = applied.frame;
    stream.seq = to;
  }

  function takeChunk(stream: Known, chunk: SnapshotChunk): void {
    const collected = stream.collector.add(chunk);
    if (collected.status === 'refused') throw new Error(collected.reason);
    const form = `${chunk.compressed ? 'compressed ' : ''}snapshot ${stream.id}:${chunk.to}`;
    notes.push(collected.status === 'complete' ? form : `${form} part`);
    if (collected.status === 'complete') {
      const { snapshot } = collected;
      if (snapshot.compressed) {
        void takeCompressed(stream, snapshot);
      } else takeWhole(stream, snapshot);
    }
    owedBytes += chunk.content.length;
    owed.push({ type: 'ack', stream: stream.id, seq: chunk.to, bytes: chunk.offset + chunk.content.length });
    if (acknowledges) acknowledge();
  }

  async function takeCompressed(stream: Known, snapshot: Snapshot): Promise<void> {
    const held: DeltaMessage[] = [];
    stream.held = held;
    const inflated = await inflateSnapshot(snapshot);
    if (inflated.status === 'refused') throw new Error(inflated.reason);
    stream.held = undefined;
    takeWhole(stream, inflated.snapshot);
    for (const message of held) applyTo(stream, message);
  }

  function takeWhole(stream: Known, snapshot: Snapshot): void {
    const decoded = decodeSnapshot(snapshot, stream.schema);
    if (decoded.status === 'refused') throw new Error(decoded.reason);
    const copy = hashedFrame(decoded.frame);
    if (!hashesEqual(copy.hash, decoded.hash)) throw new Error(`stream ${stream.id}: the hash differs`);
    stream.copy = copy;
    stream.seq = snapshot.to;
  }

  function acknowledge(): void {
    owedBytes = 0;
    for (const ack of owed.splice(0)) control(ack);
  }

  const find = (key: PairKey) => [...streams.values()].find((stream) => pairKeyText(stream.key) === pairKeyText(key));

  return {
    socket,
    events,
    notes,
    controls,
    messages,
    get owed() {
      return owedBytes;
    },
    get acknowledges() {
      return acknowledges;
    },
    set acknowledges(value) {
      acknowledges = value;
    },
    acknowledge,
    subscribe({ want, resume, topics = ['whitelist', 'analyzed_df'] } = {}) {
      const resumed = resume && {
        epoch: resume.epoch.toString(16).padStart(8, '0'),
        streams: Object.fromEntries(resume.streams),
      };
      const candlecast = { version: 1, want, resume: resumed };
      events.onMessage(JSON.stringify({ type: 'subscribe', data: topics, candlecast }));
    },
    control,
    stream(key) {
      const stream = find(key);
      if (stream === undefined) throw new Error(`there is no stream of ${pairKeyText(key)}`);
      return stream;
    },
    frame: (key) => find(key)?.copy?.frame,
    news() {
      const from = seen;
      seen = notes.length;
      return notes.slice(from);
    },
  };
}
