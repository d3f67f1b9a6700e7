import type { SimulatedClock } from './simulated-clock.ts';

/** The last events of a run, with their times. Texts are made only for those who ask. */
export class EventTrail {
  readonly #clock: SimulatedClock;
  readonly #most: number;
  readonly #onEvent: ((line: string) => void) | undefined;
  readonly #events: { readonly atMs: number; readonly text: string }[] = [];
  #next = 0;

  /** @param options.onEvent hears each event at once, as a line. */
  constructor(clock: SimulatedClock, options: { readonly most: number; readonly onEvent?: (line: string) => void }) {
    this.#clock = clock;
    this.#most = options.most;
    this.#onEvent = options.onEvent;
  }

  note(text: string): void {
    const event = { atMs: this.#clock.elapsedMs, text };
    this.#onEvent?.(lineOf(event));
    this.#events[this.#next] = event;
    this.#next = (this.#next + 1) % this.#most;
  }

  /** The last events as lines, oldest first. */
  get lines(): readonly string[] {
    return [...this.#events.slice(this.#next), ...this.#events.slice(0, this.#next)].map(lineOf);
  }
}

function lineOf({ atMs, text }: { readonly atMs: number; readonly text: string }): string {
  return `${(atMs / 1000).toFixed(3).padStart(9)} s  ${text}`;
}
