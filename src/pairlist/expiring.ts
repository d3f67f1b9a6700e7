import type { Clock } from '../util/clock.ts';

/** A value that is forgotten `periodMs` after it was set. */
export class Expiring<Value> {
  readonly #clock: Clock;
  readonly #periodMs: number;
  #held: { readonly value: Value; readonly until: number } | undefined;

  constructor(clock: Clock, periodMs: number) {
    this.#clock = clock;
    this.#periodMs = periodMs;
  }

  get(): Value | undefined {
    if (this.#held !== undefined && this.#clock.now() >= this.#held.until) this.#held = undefined;
    return this.#held?.value;
  }

  set(value: Value): void {
    this.#held = { value, until: this.#clock.now() + this.#periodMs };
  }
}
