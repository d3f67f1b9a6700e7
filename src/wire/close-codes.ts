/**
 * The websocket close codes that Candlecast sends. Those below 4000 mean what RFC 6455 and IANA's registry say; the others are
 * ours.
 */
export const closeCodes = {
  /** The peer or we are done. */
  normal: 1000,
  /** The peer abuses the connection: requests that are refused again and again, or more of them than are allowed. */
  policyViolation: 1008,
  /** A message is larger than the receiver's limit. */
  messageTooBig: 1009,
  /** The server stops or restarts; come back later. What stock freqtrade sends when it stops. */
  serviceRestart: 1012,
  /** No room for another connection now; come back later. */
  tryAgainLater: 1013,
  /** The peer did not read what was queued for it within the time allowed. */
  tooSlow: 4001,
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];
