import { type PairKey, pairKeyText, type TimestampMs } from '../market/index.ts';
import type { Clock } from '../util/clock.ts';
import type { ConsumerEvent } from './consumer-event.ts';
import type { CopyView } from './frame-store.ts';
import type { ProducerConnection } from './producer-connection.ts';
import type { StreamCounts } from './streams/stream-receiver.ts';

/** What copies can be worth to their reader, best first. */
export const copyConditions = [
  /** As the producer has it; proved to be, where it comes by a stream. */
  'live',
  /** Nothing of it is here yet that could be read. */
  'syncing',
  /** What the producer had a while ago: something was lost or is late, or the producer is silent or gone. */
  'stale',
  /** It turned out to differ from what the producer has, and is not shown until it is equal again. */
  'mismatched',
  /** The producer no longer sends it, or it is no longer wanted. What came last stays readable. */
  'ended',
] as const;

export type CopyCondition = (typeof copyConditions)[number];

/** One frame of a producer as it stands here. */
export interface CopyStatus {
  readonly key: PairKey;
  readonly condition: CopyCondition;
  /** Why it is not live. */
  readonly reason: string | undefined;
  /** The producer's number of the stream that it came by; undefined where it came as rows. */
  readonly stream: number | undefined;
  /** Which of the stream's states it is. */
  readonly seq: number | undefined;
  readonly rows: number;
  readonly columns: number;
  /** Since the last update came, in milliseconds. */
  readonly ageMs: number | undefined;
  /**
   * From the end of the producer's analysis to the arrival here of the last update that came as it happened, in milliseconds. Clocks of two
   * machines differ, by so much this is wrong, and may be below 0. Whole copies, which may be of an old analysis, do not count.
   */
  readonly lagMs: number | undefined;
  /** Of this frame since the start, whole copies among them. */
  readonly updates: number;
  /** How often something of it was lost or wrong, and asked for again. */
  readonly resyncs: number;
  /** How often it turned out to differ. */
  readonly mismatches: number;
}

/** What came from a producer since the start, over all connections to it. */
export interface ConnectionCounts extends Readonly<StreamCounts> {
  /** Connections that stood. */
  readonly connections: number;
  readonly messages: number;
  /** Of all messages that were read. JSON counts a byte a character. */
  readonly bytes: number;
  readonly updates: number;
  /** How often something was asked for again, by a stream or as rows. */
  readonly resyncs: number;
}

/** A producer's connection, and the copies of its frames. */
export interface ConnectionStatus {
  readonly producer: string;
  readonly connected: boolean;
  /** From when on the connection stands, or does not, by this machine's clock. */
  readonly since: TimestampMs;
  /** Attempts in a row that failed, or led to a connection of less than 5 s; 0 while connected. */
  readonly attempts: number;
  /** `streams`: proved copies from a Candlecast producer. `rows`: what a stock one sends. Undefined until it has shown which, and while not connected. */
  readonly mode: 'streams' | 'rows' | undefined;
  /** Of the producer's run that was heard last; undefined where none sent streams. */
  readonly epoch: number | undefined;
  /** How often the producer is to be heard, in milliseconds; undefined where it need not be. */
  readonly heartbeatMs: number | undefined;
  /** Since the last heartbeat, or the welcome, also where the connection has ended since; undefined where none came. */
  readonly heartbeatAgeMs: number | undefined;
  readonly counts: ConnectionCounts;
  /** Every frame of which something is known, in the order of their arrival. */
  readonly streams: readonly CopyStatus[];
}

interface CopyRecord {
  updates: number;
  resyncs: number;
  mismatches: number;
  lagMs: number | undefined;
  told: 'ended' | 'mismatched' | undefined;
}

const noRecord: Readonly<CopyRecord> = { updates: 0, resyncs: 0, mismatches: 0, lagMs: undefined, told: undefined };

/** What the events of one producer tell, kept for its status. */
export class ConnectionRecord {
  readonly #clock: Clock;
  readonly #mostFrames: number;
  /** The frames of which something is known; others are forgotten where there are too many. */
  readonly #keys: () => readonly PairKey[];
  readonly #copies = new Map<string, CopyRecord>();
  #isConnected = false;
  since: TimestampMs;
  attempts = 0;
  connections = 0;
  updates = 0;
  resyncs = 0;

  constructor(
    clock: Clock,
    { mostFrames, keys }: { readonly mostFrames: number; readonly keys: () => readonly PairKey[] },
  ) {
    this.#clock = clock;
    this.#mostFrames = mostFrames;
    this.#keys = keys;
    this.since = clock.now();
  }

  note(event: ConsumerEvent): void {
    switch (event.type) {
      case 'connected':
        this.attempts = 0;
        this.connections += 1;
        return this.#turn(true);
      case 'disconnected':
        this.attempts = event.attempt;
        return this.#turn(false);
      case 'update':
        this.updates += 1;
        return this.#noteUpdate(event);
      case 'resync':
        this.resyncs += 1;
        this.#copyOf(event.key).resyncs += 1;
        return;
      case 'stream':
        return this.#noteCondition(event);
      default:
    }
  }

  /** The connection was given up. */
  stopped(): void {
    this.attempts = 0;
    this.#turn(false);
  }

  #turn(isConnected: boolean): void {
    if (isConnected !== this.#isConnected) this.since = this.#clock.now();
    this.#isConnected = isConnected;
  }

  #noteUpdate({ key, change, lastAnalyzed }: ConsumerEvent & { readonly type: 'update' }): void {
    const copy = this.#copyOf(key);
    copy.updates += 1;
    copy.told = undefined;
    if (change === 'appended') copy.lagMs = this.#clock.now() - lastAnalyzed;
  }

  #noteCondition({ key, condition }: ConsumerEvent & { readonly type: 'stream' }): void {
    const copy = this.#copyOf(key);
    const told = condition === 'ended' || condition === 'mismatched' ? condition : undefined;
    if (told === 'mismatched' && copy.told !== told) copy.mismatches += 1;
    copy.told = told;
  }

  #copyOf(key: PairKey): CopyRecord {
    const keyText = pairKeyText(key);
    const known = this.#copies.get(keyText);
    if (known !== undefined) return known;
    if (this.#copies.size >= 2 * this.#mostFrames) this.#forgetOthers();
    const copy = { ...noRecord };
    this.#copies.set(keyText, copy);
    return copy;
  }

  #forgetOthers(): void {
    const known = new Set(this.#keys().map(pairKeyText));
    for (const keyText of this.#copies.keys()) if (!known.has(keyText)) this.#copies.delete(keyText);
  }

  /** What a frame is worth, and what became of it so far. */
  copyStatus(key: PairKey, view: CopyView): CopyStatus {
    const { told, ...counts } = this.#copies.get(pairKeyText(key)) ?? noRecord;
    const { frame, reason } = view;
    const state = view.status === 'missing' ? undefined : view.state;
    return {
      key,
      condition: conditionOf(view.status, told),
      reason,
      stream: state?.stream,
      seq: state?.seq,
      rows: frame.length,
      columns: frame.names.length,
      ageMs: view.status === 'missing' ? undefined : view.ageMs,
      ...counts,
    };
  }
}

function conditionOf(status: CopyView['status'], told: CopyRecord['told']): CopyCondition {
  if (status === 'live') return 'live';
  if (told !== undefined) return told;
  return status === 'missing' ? 'syncing' : 'stale';
}

/** How a connection stands, without its copies. */
export function connectionStatus(
  connection: ProducerConnection,
  { since, attempts, connections, updates, resyncs }: ConnectionRecord,
  now: TimestampMs,
): Omit<ConnectionStatus, 'producer' | 'streams'> {
  const { connected, mode, heartbeatMs, streams, received } = connection;
  const isHeard = streams.heardAt > 0 && mode !== 'rows';
  return {
    connected,
    since,
    attempts,
    mode,
    epoch: streams.epoch,
    heartbeatMs,
    heartbeatAgeMs: isHeard ? now - streams.heardAt : undefined,
    counts: { ...streams.counts, ...received, connections, updates, resyncs },
  };
}
