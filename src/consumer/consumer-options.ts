import { MEGABYTE } from '../util/megabytes.ts';
import {
  STREAM_VERSION,
  type StreamLimits,
  type Want,
  decodeSubscription,
  defaultStreamLimits,
} from '../wire/index.ts';
import { ConsumerError } from './consumer-error.ts';

/** Where a producer is, and the name by which strategies ask for its frames. */
export interface ProducerAddress {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Connect with TLS. Default false. */
  readonly secure?: boolean;
  /** The producer's `ws_token`. Never logged. */
  readonly wsToken: string;
  /** With `secure`: the file, in PEM, of the authorities that are trusted in the place of the system's. */
  readonly ca?: string;
  /** With `secure`: SHA-256 of the only certificate that is taken, as hex with or without colons. */
  readonly fingerprint?: string;
  /** Which of its frames are wanted, if it is a Candlecast producer. Default: as the consumer's option says. */
  readonly want?: readonly Want[];
}

/** How a consumer behaves towards its producers: freqtrade's settings, in milliseconds and bytes. */
export interface ConsumerOptions {
  /** Without a message for so long, the producer is pinged. Default 300,000 ms. */
  readonly waitTimeoutMs?: number;
  /** A ping that is not answered for so long ends the connection. Default 10,000 ms. */
  readonly pingTimeoutMs?: number;
  /** Between attempts to connect: about so long at first, up to six times as long while the producer stays away. Default 10,000 ms. */
  readonly sleepTimeMs?: number;
  /** Rows asked for on connecting. Default 1,500, the most that a producer gives; 0 asks for all. */
  readonly initialCandleLimit?: number;
  /** Sets the producer's signals to 0 and its tags to null on arrival. Default false. */
  readonly removeEntryExitSignals?: boolean;
  /** A longer message is passed over, and its frame asked for again with the rows that fit. Default 8 MiB. */
  readonly messageSizeLimitBytes?: number;
  /** Rows kept of each frame. Default 1,500, as stock consumers keep. */
  readonly maxRows?: number;
  /** Frames kept of each producer, and pairs of its whitelist; those beyond are left out, which is told. Default 5,000. */
  readonly mostFrames?: number;
  /**
   * Which frames are wanted of Candlecast producers, which of their columns, how many rows, and how often; the first that matches a
   * frame counts. Others send all. Default: all, the last `initialCandleLimit` rows of each.
   */
  readonly want?: readonly Want[];
  /** Take proved copies from Candlecast producers; otherwise what a stock one sends. Default true. */
  readonly streams?: boolean;
  /** What is taken from Candlecast producers; see `StreamLimits`. */
  readonly streamLimits?: StreamLimits;
}

export type ConsumerSettings = Required<Omit<ConsumerOptions, 'want' | 'streamLimits'>> & {
  readonly want: readonly Want[] | undefined;
  readonly streamLimits: Required<StreamLimits>;
};

/**
 * The options with defaults in the place of what is not given.
 *
 * @throws ConsumerError CONSUMER_BAD_OPTION.
 */
export function consumerSettings(options: ConsumerOptions = {}): ConsumerSettings {
  const settings: ConsumerSettings = {
    waitTimeoutMs: options.waitTimeoutMs ?? 300_000,
    pingTimeoutMs: options.pingTimeoutMs ?? 10_000,
    sleepTimeMs: options.sleepTimeMs ?? 10_000,
    initialCandleLimit: options.initialCandleLimit ?? 1500,
    removeEntryExitSignals: options.removeEntryExitSignals ?? false,
    messageSizeLimitBytes: options.messageSizeLimitBytes ?? 8 * MEGABYTE,
    maxRows: options.maxRows ?? 1500,
    mostFrames: options.mostFrames ?? 5000,
    want: options.want,
    streams: options.streams ?? true,
    streamLimits: { ...defaultStreamLimits, ...options.streamLimits },
  };
  for (const name of ['waitTimeoutMs', 'pingTimeoutMs', 'sleepTimeMs'] as const) {
    if (!(settings[name] >= 0)) throw badOption(name, '0 or more milliseconds', settings[name]);
  }
  if (!isWhole(settings.initialCandleLimit, 0)) {
    throw badOption('initialCandleLimit', 'a whole number of rows, 0 for all', settings.initialCandleLimit);
  }
  for (const name of ['messageSizeLimitBytes', 'maxRows', 'mostFrames'] as const) {
    if (!isWhole(settings[name], 1)) throw badOption(name, 'a whole number of at least 1', settings[name]);
  }
  for (const [name, value] of Object.entries(settings.streamLimits)) {
    if (!isWhole(value, 1)) throw badOption(`streamLimits.${name}`, 'a whole number of at least 1', value);
  }
  expectWant(settings.want);
  return settings;
}

/**
 * That a producer takes these wants.
 *
 * @throws ConsumerError CONSUMER_BAD_OPTION.
 */
export function expectWant(want: readonly Want[] | undefined): void {
  const decoded = decodeSubscription({ version: STREAM_VERSION, want });
  if (decoded.status !== 'refused') return;
  throw new ConsumerError('CONSUMER_BAD_OPTION', decoded.reason, { value: want });
}

function isWhole(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}

/** An error that names an option, what it should be and what it is. */
export function badOption(option: string, expected: string, value: unknown): ConsumerError {
  const found = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return new ConsumerError('CONSUMER_BAD_OPTION', `${option}: expected ${expected}, found ${found}`, { value });
}
