import type { WireRefusalCode } from './wire-error.ts';

/** What a peer sent was not taken. */
export interface Refused {
  readonly status: 'refused';
  readonly code: WireRefusalCode;
  /** A sentence for the peer and the log: what was found and what would be right. Bounded, whatever the peer sent. */
  readonly reason: string;
}

export function refused(code: WireRefusalCode, reason: string): Refused {
  return { status: 'refused', code, reason };
}

/** Only for outcomes of our own making: a peer's object may well say that it is refused. */
export function isRefused(outcome: object): outcome is Refused {
  return 'status' in outcome && outcome.status === 'refused';
}
