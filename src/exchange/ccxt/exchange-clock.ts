import type { TimestampMs } from '../../market/index.ts';
import type { Clock, Timer } from '../../util/clock.ts';
import type { Logger } from '../../util/logger.ts';

/** Farther apart than this, the clocks are worth a warning. */
const NOTABLE_MS = 5000;
/** How exact the `Date` of an HTTP answer is. */
const DATE_STEP_MS = 1000;

/**
 * The exchange's time: the given clock, corrected by how far the exchange's is from it. Candles are due by it, so that a machine
 * whose clock is an hour off still asks for them when they close.
 */
export class ExchangeClock implements Clock {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #differenceMs = 0;
  #toldMs = 0;
  #byDateMs: number | undefined;
  /** The difference by date at the first answer after a measurement. */
  #dateAtMeasuringMs: number | undefined;

  constructor(name: string, clock: Clock, logger: Logger) {
    this.#name = name;
    this.#clock = clock;
    this.#logger = logger;
  }

  now(): TimestampMs {
    return this.#clock.now() + this.#differenceMs;
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    return this.#clock.setTimer(callback, delayMs);
  }

  /**
   * What time it is at least: where the two clocks are far apart, the earlier one. An exchange whose clock is ahead of its own
   * candles gives open ones that are over by that clock.
   */
  get surely(): TimestampMs {
    return this.now() - (this.#differenceMs > NOTABLE_MS ? this.#differenceMs : 0);
  }

  /** How far the exchange's clock is ahead, milliseconds. */
  get differenceMs(): number {
    return this.#differenceMs;
  }

  /**
   * Measures the difference: what the exchange's clock shows is taken for the middle of the time that asking took. Within half of
   * that time nothing is known, so a difference that may be none leaves the clock as it is.
   */
  async measure(askTime: () => Promise<unknown>): Promise<void> {
    const before = this.#clock.now();
    const time = await askTime();
    const after = this.#clock.now();
    if (typeof time !== 'number' || !Number.isFinite(time)) return;
    this.#take(time - (before + after) / 2, (after - before) / 2);
    this.#dateAtMeasuringMs = undefined;
  }

  /** To be called with the date in the head of an answer that has just come. */
  onDate(date: TimestampMs): void {
    if (!Number.isFinite(date)) return;
    this.#byDateMs = date + DATE_STEP_MS / 2 - this.#clock.now();
    this.#dateAtMeasuringMs ??= this.#byDateMs;
  }

  /** Whether one of the clocks was set since they were compared, as the dates of answers show. */
  get hasJumped(): boolean {
    if (this.#byDateMs === undefined || this.#dateAtMeasuringMs === undefined) return false;
    return Math.abs(this.#byDateMs - this.#dateAtMeasuringMs) > NOTABLE_MS;
  }

  /** Goes by the head of the last answer, where the exchange has no better time to tell. */
  measureByDate(): void {
    if (this.#byDateMs !== undefined) this.#take(this.#byDateMs, DATE_STEP_MS);
    this.#dateAtMeasuringMs = this.#byDateMs;
  }

  #take(differenceMs: number, uncertaintyMs: number): void {
    if (Math.abs(differenceMs - this.#differenceMs) <= uncertaintyMs) return;
    // Where the clocks may agree they are taken to.
    this.#differenceMs = Math.abs(differenceMs) <= uncertaintyMs ? 0 : differenceMs;
    this.#tell();
  }

  #tell(): void {
    const difference = this.#differenceMs;
    if (Math.abs(difference - this.#toldMs) < NOTABLE_MS) return;
    this.#toldMs = difference;
    const amount = `${(Math.abs(difference) / 1000).toFixed(1)} s`;
    if (Math.abs(difference) < NOTABLE_MS) {
      this.#logger.info(`this machine's clock and that of ${this.#name} agree again`);
    } else {
      const message = `the clock of ${this.#name} is ${amount} ${difference > 0 ? 'ahead of' : 'behind'} this machine's`;
      this.#logger.warn(`${message}; candles go by the exchange's. Set this machine's clock`, {
        differenceMs: Math.round(difference),
      });
    }
  }
}
