import { ProducerError } from './producer-error.ts';

/** Limits that a producer keeps towards its consumers. Each has a default. */
export interface ProducerOptions {
  /** Requested frames wait while this many bytes are queued on a consumer's socket. Default 1 MiB. */
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
  /** Encoded frames kept for consumers that ask for the same. Default 32 MiB. */
  readonly cacheBytes?: number;
}

export type ProducerLimits = Required<ProducerOptions>;

/** A producer works without a cache and without patience, but not without room for a message. */
const mayBeZero: ReadonlySet<string> = new Set(['cacheBytes', 'drainTimeoutMs', 'mostRefused']);

/**
 * The options with defaults in the place of what is not given.
 *
 * @throws ProducerError PRODUCER_BAD_OPTION.
 */
export function producerLimits(options: ProducerOptions = {}): ProducerLimits {
  const limits: ProducerLimits = {
    softLimitBytes: options.softLimitBytes ?? 2 ** 20,
    hardLimitBytes: options.hardLimitBytes ?? 8 * 2 ** 20,
    drainTimeoutMs: options.drainTimeoutMs ?? 60_000,
    mostPending: options.mostPending ?? 10_000,
    mostRefused: options.mostRefused ?? 100,
    mostConsumers: options.mostConsumers ?? 1000,
    cacheBytes: options.cacheBytes ?? 32 * 2 ** 20,
  };
  for (const [name, value] of Object.entries(limits)) {
    const least = mayBeZero.has(name) ? 0 : 1;
    if (!(value >= least)) throw badOption(name, `a number of at least ${least}`, value);
  }
  if (limits.hardLimitBytes < limits.softLimitBytes) {
    throw badOption('hardLimitBytes', `at least softLimitBytes, ${limits.softLimitBytes}`, limits.hardLimitBytes);
  }
  return limits;
}

function badOption(name: string, expected: string, value: unknown): ProducerError {
  return new ProducerError('PRODUCER_BAD_OPTION', `${name}: expected ${expected}, found ${String(value)}`, { value });
}
