import type { TimestampMs } from '../market/index.ts';
import { closeCodes } from '../wire/index.ts';
import type { Session } from './session.ts';
import type { StreamSessionCounts } from './streams/stream-session.ts';

/** What a consumer was sent. */
export interface SessionCounts extends Readonly<StreamSessionCounts> {
  readonly messages: number;
  /** Of all messages that were handed to the socket, streams or not. */
  readonly bytes: number;
}

/** One consumer's connection, for status. */
export interface SessionStatus extends SessionCounts {
  /** Its address and port. */
  readonly remote: string;
  readonly topics: readonly string[];
  /** `streams`: proved copies. `rows`: messages of freqtrade. Undefined where it is not subscribed to frames. */
  readonly mode: 'streams' | 'rows' | undefined;
  /** When it connected, by this machine's clock. */
  readonly since: TimestampMs;
  /** Streams that it gets. */
  readonly streams: number;
  /** Handed to the socket, and not sent so far. */
  readonly queuedBytes: number;
  /** Frames that wait for room or for their turn; of streams, those of which a newer state or a snapshot waits. */
  readonly pendingFrames: number;
  /** Since when it has not read what was queued; undefined where it reads. */
  readonly behindSince: TimestampMs | undefined;
  /** Bytes of snapshots that it acknowledged a second, lately; undefined until it has acknowledged some. */
  readonly bytesPerSecond: number | undefined;
}

/** What a producer has done since it began, consumers that are gone included. */
export interface ProducerCounts extends SessionCounts {
  /** Frames that were published. */
  readonly published: number;
  /** Consumers that connected. */
  readonly consumers: number;
  /** Consumers that were sent away, since there was no room for them. */
  readonly turnedAway: number;
  /** Consumers that were closed, since they did not read what was queued. */
  readonly stalled: number;
}

/** How a session stands. */
export function sessionStatus(session: Session): SessionStatus {
  const { socket, topics, streams, since, behindSince, pendingFrames, takesRows, counts } = session;
  const rows = takesRows ? 'rows' : undefined;
  return {
    remote: socket.remote,
    topics: [...topics],
    mode: streams !== undefined && topics.has('analyzed_df') ? 'streams' : rows,
    since,
    streams: streams?.size ?? 0,
    queuedBytes: socket.bufferedBytes,
    pendingFrames,
    behindSince,
    bytesPerSecond: streams?.bytesPerSecond,
    ...counts,
  };
}

/** The counts of consumers that are gone, and those of the producer itself. */
export class ProducerRecord {
  #gone: SessionCounts = noSessionCounts;
  published = 0;
  consumers = 0;
  turnedAway = 0;
  #stalled = 0;

  /** Keeps what a session that ended had counted. */
  keep({ counts, closedAs }: Session): void {
    this.#gone = sumOfCounts(this.#gone, counts);
    if (closedAs === closeCodes.tooSlow) this.#stalled += 1;
  }

  /** With what those have counted that are connected. */
  countsWith(sessions: Iterable<Session>): ProducerCounts {
    const { published, consumers, turnedAway } = this;
    let [sum, stalled] = [this.#gone, this.#stalled];
    for (const { counts, closedAs } of sessions) {
      sum = sumOfCounts(sum, counts);
      // Its socket has not ended yet.
      if (closedAs === closeCodes.tooSlow) stalled += 1;
    }
    return { ...sum, published, consumers, turnedAway, stalled };
  }
}

export const noStreamCounts: Readonly<StreamSessionCounts> = {
  deltas: 0,
  snapshots: 0,
  conflated: 0,
  resyncs: 0,
  bytes: 0,
};

const noSessionCounts: SessionCounts = { ...noStreamCounts, messages: 0 };

function sumOfCounts(left: SessionCounts, right: SessionCounts): SessionCounts {
  return { ...sumOfStreamCounts(left, right), messages: left.messages + right.messages };
}

/** The sum of what was counted before and after. */
export function sumOfStreamCounts(
  left: Readonly<StreamSessionCounts>,
  right: Readonly<StreamSessionCounts>,
): StreamSessionCounts {
  return {
    deltas: left.deltas + right.deltas,
    snapshots: left.snapshots + right.snapshots,
    conflated: left.conflated + right.conflated,
    resyncs: left.resyncs + right.resyncs,
    bytes: left.bytes + right.bytes,
  };
}
