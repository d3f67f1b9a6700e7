import { ProducerError } from './producer-error.ts';

/** Limits that a producer keeps towards its consumers. Each has a default. */
export interface ProducerOptions {
  /** Requested frames wait while this many bytes are queued on a consumer's socket, and newer states of streams. Default 768 KiB. */
  readonly softLimitBytes?: number;
  /**
   * Past this many queued bytes a consumer gets no more single rows: its frames are marked, and sent whole, as they are by
   * then, when it has read what is queued. Default 8 MiB.
   */
  readonly hardLimitBytes?: number;
  /** A consumer that went past the hard limit and is not back under the soft one in this time is closed with 4001. Default 60,000 ms. */
  readonly drainTimeoutMs?: number;
  /** Requested frames that may wait for one consumer; further requests are refused with an `exception`. Default 10,000. */
  readonly mostPending?: number;
  /** Refused messages in a row after which a consumer is closed with 1008. Default 100. */
  readonly mostRefused?: number;
  /** Consumers connected at one time; further ones are closed with 1013. Default 1,000. */
  readonly mostConsumers?: number;
  /**
   * Encoded frames kept for consumers that ask for the same, in bytes; as much again for snapshots: their text, compressed ones, and windows of
   * older states. Default 32 MiB.
   */
  readonly cacheBytes?: number;
  /** Requests that one consumer may make in a second, on the average; those beyond are refused with an `exception`. Default 500. */
  readonly requestsPerSecond?: number;
  /** Between heartbeats, which show a Candlecast consumer what it may have lost. Default 500 ms. */
  readonly heartbeatMs?: number;
  /** Streams at one time: different parts of frames that consumers want. Wants beyond are refused. Default 20,000. */
  readonly mostStreams?: number;
  /** A stream that nobody wants any more is kept for one who comes back within this time. Default 300,000 ms. */
  readonly resumeMs?: number;
  /** States kept of a stream, so that a consumer that is behind by fewer gets what it lacks instead of the whole. Default 8. */
  readonly keptStates?: number;
  /** Memory of a stream's older states that they share with no newer one. Default 1 MiB. */
  readonly keptBytes?: number;
  /** A longer delta is not sent; a snapshot takes its place. Default 256 KiB. */
  readonly mostDeltaBytes?: number;
  /** Consumers that are sent snapshots at one time; others wait for their turn. Default 16. */
  readonly mostSnapshotsAtOnce?: number;
  /** Bytes of snapshots on their way to a consumer until it is known how much its connection carries. Default 256 KiB. */
  readonly snapshotWindowBytes?: number;
  /** The same afterwards, at most. Default 4 MiB. */
  readonly mostSnapshotWindowBytes?: number;
  /** A consumer that takes fewer bytes a second gets its snapshots compressed: 0 never, Infinity always. Default 512 KiB. */
  readonly compressBelowBytesPerSecond?: number;
}

export type ProducerLimits = Required<ProducerOptions>;

/** A producer works without a cache and without patience, but not without room for a message. */
const mayBeZero: ReadonlySet<string> = new Set([
  'cacheBytes',
  'compressBelowBytesPerSecond',
  'drainTimeoutMs',
  'keptBytes',
  'mostDeltaBytes',
  'mostRefused',
  'resumeMs',
]);

/** Consumers take no longer one: it would hide a dead producer. */
const MOST_HEARTBEAT_MS = 600_000;

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * The options with defaults in the place of what is not given.
 *
 * @throws ProducerError PRODUCER_BAD_OPTION.
 */
export function producerLimits(options: ProducerOptions = {}): ProducerLimits {
  const limits: ProducerLimits = {
    softLimitBytes: options.softLimitBytes ?? 768 * KIB,
    hardLimitBytes: options.hardLimitBytes ?? 8 * MIB,
    drainTimeoutMs: options.drainTimeoutMs ?? 60_000,
    mostPending: options.mostPending ?? 10_000,
    mostRefused: options.mostRefused ?? 100,
    mostConsumers: options.mostConsumers ?? 1000,
    cacheBytes: options.cacheBytes ?? 32 * MIB,
    requestsPerSecond: options.requestsPerSecond ?? 500,
    heartbeatMs: options.heartbeatMs ?? 500,
    mostStreams: options.mostStreams ?? 20_000,
    resumeMs: options.resumeMs ?? 300_000,
    keptStates: options.keptStates ?? 8,
    keptBytes: options.keptBytes ?? MIB,
    mostDeltaBytes: options.mostDeltaBytes ?? 256 * KIB,
    mostSnapshotsAtOnce: options.mostSnapshotsAtOnce ?? 16,
    snapshotWindowBytes: options.snapshotWindowBytes ?? 256 * KIB,
    mostSnapshotWindowBytes: options.mostSnapshotWindowBytes ?? 4 * MIB,
    compressBelowBytesPerSecond: options.compressBelowBytesPerSecond ?? 512 * KIB,
  };
  for (const [name, value] of Object.entries(limits)) {
    const least = mayBeZero.has(name) ? 0 : 1;
    if (!(value >= least)) throw badOption(name, `a number of at least ${least}`, value);
  }
  for (const name of ['keptStates', 'mostStreams', 'mostSnapshotsAtOnce', 'heartbeatMs'] as const) {
    if (!Number.isSafeInteger(limits[name])) throw badOption(name, 'a whole number', limits[name]);
  }
  if (limits.heartbeatMs > MOST_HEARTBEAT_MS) {
    throw badOption('heartbeatMs', `at most ${MOST_HEARTBEAT_MS} ms`, limits.heartbeatMs);
  }
  if (limits.hardLimitBytes < limits.softLimitBytes) {
    throw badOption('hardLimitBytes', `at least softLimitBytes, ${limits.softLimitBytes}`, limits.hardLimitBytes);
  }
  return limits;
}

/** An error that names an option, what it should be and what it is. */
export function badOption(name: string, expected: string, value: unknown): ProducerError {
  return new ProducerError('PRODUCER_BAD_OPTION', `${name}: expected ${expected}, found ${String(value)}`, { value });
}
