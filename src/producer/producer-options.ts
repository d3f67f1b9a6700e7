/** Limits that a producer keeps towards each consumer. Each has a default. */
export interface ProducerOptions {
  /** Requested frames wait while this many bytes are queued on a consumer's socket. Default 1 MiB. */
  readonly softLimitBytes?: number;
  /**
   * Past this many queued bytes a consumer gets no more single rows: its frames are marked, and sent whole, as they are by
   * then, when it has read what is queued. Default 8 MiB.
   */
  readonly hardLimitBytes?: number;
  /** A consumer that stays past the hard limit for so long is closed with 4408. Default 60,000 ms. */
  readonly drainTimeoutMs?: number;
  /** Requested frames that may wait for one consumer; further requests are refused with an `exception`. Default 10,000. */
  readonly mostPending?: number;
  /** Refused messages in a row after which a consumer is closed with 1008. Default 100. */
  readonly mostRefused?: number;
  /** Encoded frames kept for consumers that ask for the same. Default 32 MiB. */
  readonly cacheBytes?: number;
}

export type ProducerLimits = Required<ProducerOptions>;

/** The options with defaults in the place of what is not given. */
export function producerLimits(options: ProducerOptions = {}): ProducerLimits {
  return {
    softLimitBytes: 2 ** 20,
    hardLimitBytes: 8 * 2 ** 20,
    drainTimeoutMs: 60_000,
    mostPending: 10_000,
    mostRefused: 100,
    cacheBytes: 32 * 2 ** 20,
    ...options,
  };
}
