import type { TimestampMs } from '../market/index.ts';

/** How much of the rate may come at once, in seconds of it: a consumer that missed one candle asks for every pair. */
const BURST_SECONDS = 20;

/** Whether requests come no faster than so many a second on the average. A consumer has some to spare after a time of quiet. */
export class RequestRate {
  readonly #perSecond: number;
  #left: number;
  #at: TimestampMs | undefined;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#left = BURST_SECONDS * perSecond;
  }

  /**
   * Counts a request; false where it is one too many, which is not counted.
   *
   * @param cost as many as so many others. What is left is enough for one of any cost where nothing was taken.
   */
  take(now: TimestampMs, cost = 1): boolean {
    const passed = Math.max(0, now - (this.#at ?? now)) / 1000;
    this.#at = now;
    this.#left = Math.min(BURST_SECONDS * this.#perSecond, this.#left + passed * this.#perSecond);
    const counted = Math.min(cost, BURST_SECONDS * this.#perSecond);
    if (this.#left < counted) return false;
    this.#left -= counted;
    return true;
  }
}
