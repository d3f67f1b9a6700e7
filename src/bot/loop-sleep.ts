import type { TimestampMs } from '../market/index.ts';
import type { Clock, Timer } from '../util/clock.ts';

/** The sleep of a loop between two rounds, which anyone may end early. */
export class LoopSleep {
  readonly #marketClock: Clock;
  readonly #wallClock: Clock;
  #wake: () => void = () => {};
  #isAwake = false;

  constructor({ marketClock, wallClock }: { readonly marketClock: Clock; readonly wallClock: Clock }) {
    this.#marketClock = marketClock;
    this.#wallClock = wallClock;
  }

  /** Sleeps until the market's clock shows `moment`, for `mostMs` of wall time at most; not at all where it was woken since the last time. */
  async until(moment: TimestampMs, mostMs: number): Promise<void> {
    const wake = () => this.wakeUp();
    const timers: readonly Timer[] = [
      this.#marketClock.setTimer(wake, moment - this.#marketClock.now()),
      this.#wallClock.setTimer(wake, mostMs),
    ];
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.#isAwake) resolve();
    });
    this.#isAwake = false;
    for (const timer of timers) timer.cancel();
  }

  wakeUp(): void {
    this.#isAwake = true;
    this.#wake();
  }
}
