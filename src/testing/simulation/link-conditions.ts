/** What happens to single messages on their way, each a chance from 0 to 1 for every message. */
export interface MessageFaults {
  /** It never arrives. */
  readonly drop: number;
  /** It arrives twice. */
  readonly duplicate: number;
  /** It arrives after some that were sent later. */
  readonly reorder: number;
  /** It is late, and so is all behind it. */
  readonly delay: number;
  /** Of what was sent at one time, only a beginning arrives; the rest follows later. */
  readonly split: number;
  /** Some of its bits arrive inverted. */
  readonly corrupt: number;
}

export const noFaults: MessageFaults = { drop: 0, duplicate: 0, reorder: 0, delay: 0, split: 0, corrupt: 0 };

/** One direction of a connection. */
export interface LinkConditions {
  /** From leaving one end to reaching the other. */
  readonly latencyMs: number;
  /** What it carries; Infinity for no limit. */
  readonly bytesPerSecond: number;
  /** Bytes that the machines between the two processes hold: so many leave the sender before any has reached the receiver. */
  readonly bufferBytes: number;
  readonly faults: MessageFaults;
}

/** A local network: a millisecond, and nothing goes wrong. */
export const calmLink: LinkConditions = {
  latencyMs: 1,
  bytesPerSecond: Infinity,
  bufferBytes: 256 * 1024,
  faults: noFaults,
};
