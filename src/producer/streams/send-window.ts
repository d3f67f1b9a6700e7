import type { TimestampMs } from '../../market/index.ts';

/** What is on its way of snapshots keeps a newer candle waiting for about so long. */
const PATIENCE_MS = 250;

/** Below this a connection is not kept busy. */
const LEAST_BYTES = 32 * 1024;

/** Weight of the newest measurement. */
const WEIGHT = 0.3;

/**
 * How many bytes of snapshots may be on their way to a consumer, unacknowledged: as many as the connection carries in a quarter of a
 * second and one round trip, so that it is kept busy and a new candle never waits for long behind them, whatever buffers lie between.
 */
export class SendWindow {
  readonly #most: number;
  #bytes: number;
  #shortestTrip = Infinity;
  #rate: number | undefined;
  /** When the bytes arrived from which on is measured. */
  #measuredFrom: TimestampMs | undefined;
  #measured = 0;

  /**
   * @param first bytes before anything is known of the connection.
   * @param most bytes at most.
   */
  constructor(first: number, most: number) {
    this.#bytes = first;
    this.#most = most;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes a second that arrive, as far as that is known. */
  get rate(): number | undefined {
    return this.#rate;
  }

  /** Notes that sending begins, after a time in which nothing was on its way. */
  begin(): void {
    this.#measuredFrom = undefined;
    this.#measured = 0;
  }

  /** Notes that bytes have arrived, and how long ago the last of them were sent. */
  arrived(bytes: number, { now, tripMs }: { readonly now: TimestampMs; readonly tripMs: number }): void {
    this.#shortestTrip = Math.min(this.#shortestTrip, Math.max(0, tripMs));
    // The first bytes took as long as the way is; how fast they follow one another is the rate.
    if (this.#measuredFrom === undefined || now < this.#measuredFrom) return this.#measureFrom(now);
    this.#measured += bytes;
    const ms = now - this.#measuredFrom;
    // Within a round trip bytes come in bursts. A clock of milliseconds says little about less than a while; and a window that was full
    // says what the connection carries.
    if (ms < this.#shortestTrip || (this.#measured < this.#bytes && ms < PATIENCE_MS)) return;
    const rate = (1000 * this.#measured) / Math.max(1, ms);
    this.#rate = this.#rate === undefined ? rate : WEIGHT * rate + (1 - WEIGHT) * this.#rate;
    this.#measureFrom(now);
    const wanted = (this.#rate * (this.#shortestTrip + PATIENCE_MS)) / 1000;
    this.#bytes = Math.min(this.#most, Math.max(LEAST_BYTES, Math.round(wanted)));
  }

  #measureFrom(now: TimestampMs): void {
    this.#measuredFrom = now;
    this.#measured = 0;
  }
}
