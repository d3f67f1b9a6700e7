import type { Clock, Timer } from '../util/clock.ts';
import { listText } from '../util/list-text.ts';
import { wholeMegabytes } from '../util/megabytes.ts';
import { describeTooLong } from './too-long.ts';

/** After something was told, what follows within this time is summed up. */
const SUM_UP_MS = 5_000;

/** Of those that are summed up. */
const MOST_NAMED = 12;

/** Things that are remembered as told: a producer chooses what there is. */
const MOST_TOLD = 10_000;

/**
 * Tells which messages are too long and what the setting would have to be: of each thing once, and again where it comes to need a
 * larger limit; the first at once, what follows soon summed up.
 */
export class TooLongNotes {
  readonly #clock: Clock;
  readonly #mostBytes: number;
  readonly #tell: (reason: string) => void;
  /** The limit that each needs, as far as that was noted. */
  readonly #megabytes = new Map<string, number>();
  readonly #untold = new Map<string, number>();
  #timer: Timer | undefined;

  constructor(options: { readonly clock: Clock; readonly mostBytes: number; readonly tell: (reason: string) => void }) {
    this.#clock = options.clock;
    this.#mostBytes = options.mostBytes;
    this.#tell = options.tell;
  }

  /** @param what such as `the frame of BTC/USDT, 5m, spot`. */
  note(what: string, bytes: number): void {
    const needed = wholeMegabytes(bytes);
    if (needed <= (this.#megabytes.get(what) ?? 0)) return;
    if (this.#megabytes.size >= MOST_TOLD && !this.#megabytes.has(what)) return;
    this.#megabytes.set(what, needed);
    this.#untold.set(what, bytes);
    if (this.#timer === undefined) this.#tellUntold();
  }

  /** Leaves no timer, and tells no more of what was noted so far. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#untold.clear();
  }

  #tellUntold(): void {
    const names = [...this.#untold.keys()];
    const bytes = Math.max(...this.#untold.values());
    this.#untold.clear();
    this.#timer = this.#clock.setTimer(() => {
      this.#timer = undefined;
      if (this.#untold.size > 0) this.#tellUntold();
    }, SUM_UP_MS);
    const what = `${listText(names, MOST_NAMED)} ${names.length === 1 ? 'is a message of' : 'are messages of up to'}`;
    this.#tell(describeTooLong(what, { bytes, mostBytes: this.#mostBytes }));
  }
}
