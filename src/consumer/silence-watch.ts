import type { Clock, Timer } from '../util/clock.ts';

/** A ping a moment would be a load and no news, whatever the settings say; freqtrade's allow 0. */
const LEAST_TIMEOUT_MS = 100;

/** Of a peer that is heard regularly so much must be missed. A busy machine may be late, and is no dead one. */
const MISSED = 5;
const LEAST_EXPECTED_MS = 2_500;

/** Notices that a peer is gone although its connection stands: after a time of silence it is pinged, and has to answer. */
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #longestWaitMs: number;
  #waitMs: number;
  readonly #pingMs: number;
  readonly #ping: () => void;
  readonly #onDead: () => void;
  #timer: Timer | undefined;
  #heardAt = 0;
  #pinged = false;

  constructor(options: {
    readonly clock: Clock;
    /** Of silence, until the peer is pinged. */
    readonly waitTimeoutMs: number;
    /** Within which it has to answer. */
    readonly pingTimeoutMs: number;
    readonly ping: () => void;
    readonly onDead: () => void;
  }) {
    this.#clock = options.clock;
    this.#longestWaitMs = Math.max(LEAST_TIMEOUT_MS, options.waitTimeoutMs);
    this.#waitMs = this.#longestWaitMs;
    this.#pingMs = Math.max(LEAST_TIMEOUT_MS, options.pingTimeoutMs);
    this.#ping = options.ping;
    this.#onDead = options.onDead;
  }

  /** Begins, with the peer just heard. */
  start(): void {
    this.#heardAt = this.#clock.now();
    this.#wait(this.#waitMs);
  }

  /** A sign of life: a message, or the answer to a ping. Costs no timer unless a ping is out. */
  heard(): void {
    if (this.#timer === undefined) return;
    this.#heardAt = this.#clock.now();
    if (this.#pinged) this.#wait(this.#waitMs);
  }

  /** How long nothing was heard. */
  get silentMs(): number {
    return this.#clock.now() - this.#heardAt;
  }

  /** From now on the peer is heard every so many milliseconds, unless something is wrong; undefined where it need not be. */
  expect(everyMs: number | undefined): void {
    const waitMs = everyMs === undefined ? Infinity : Math.max(LEAST_EXPECTED_MS, MISSED * everyMs);
    this.#waitMs = Math.min(this.#longestWaitMs, waitMs);
    if (this.#timer !== undefined) this.#wait(this.#waitMs);
  }

  /** Ends, without a further call. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #wait(ms: number): void {
    this.#timer?.cancel();
    this.#pinged = false;
    this.#timer = this.#clock.setTimer(() => this.#look(), ms);
  }

  #look(): void {
    const leftMs = this.#waitMs - (this.#clock.now() - this.#heardAt);
    // A clock that was set back must not make it wait for longer.
    if (leftMs > 0) return this.#wait(Math.min(leftMs, this.#waitMs));
    this.#pinged = true;
    this.#timer = this.#clock.setTimer(() => {
      this.stop();
      this.#onDead();
    }, this.#pingMs);
    this.#ping();
  }
}
