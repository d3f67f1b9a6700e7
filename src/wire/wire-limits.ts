import { type StreamLimits, defaultStreamLimits } from './stream/stream-limits.ts';

/** The most that `decodeMessage` takes from a peer; more is refused with WIRE_TOO_LARGE. */
export interface WireLimits {
  /** Rows of one frame. 100,000 unless told. */
  readonly mostRows?: number;
  /** Columns of one frame. 5,000 unless told. */
  readonly mostColumns?: number;
  /** UTF-16 units of one text. 64 Mi unless told: a message of 1500 rows and 150 columns has 5 Mi. */
  readonly mostCharacters?: number;
  /** What is taken in messages about streams. */
  readonly stream?: StreamLimits;
}

/** The most that `decodeRequest` takes from a peer. */
export interface RequestLimits {
  /** UTF-16 units of one text. 1 Mi unless told: a stock request has 60, one that resumes 10,000 streams up to 0.25 Mi. */
  readonly mostCharacters?: number;
  /** What is taken in subscriptions of Candlecast peers. */
  readonly stream?: StreamLimits;
}

export const defaultWireLimits: Required<WireLimits> = {
  stream: defaultStreamLimits,
  mostRows: 100_000,
  mostColumns: 5000,
  mostCharacters: 64 * 1024 * 1024,
};

export const DEFAULT_MOST_REQUEST_CHARACTERS = 1024 * 1024;

/** Lists and objects in one another, in requests and flat messages. freqtrade's have up to 5. */
export const MOST_NESTED = 32;
