import type { WireRefusalCode } from '../wire-error.ts';
import type { StreamRefusalCode } from './stream-error.ts';

/** What a Candlecast peer sent was not taken. */
export interface StreamRefused {
  readonly status: 'refused';
  readonly code: StreamRefusalCode | WireRefusalCode;
  /** A sentence for the log, and where it answers a request for the peer: what was found and what would be right. Bounded. */
  readonly reason: string;
}

export function refuse(code: StreamRefusalCode, reason: string): StreamRefused {
  return { status: 'refused', code, reason };
}

/** The refusal of something that is over a limit, named by the option that sets it. */
export function tooLarge(what: string, found: number, option: string, most: number): StreamRefused {
  return refuse('STREAM_TOO_LARGE', `${what}: found ${found}, ${option} is ${most}`);
}
