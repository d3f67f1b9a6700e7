import type { Clock, Timer } from '../../util/clock.ts';

interface Pending {
  readonly dueMs: number;
  readonly order: number;
  /** Undefined once it was cancelled. */
  callback: (() => void) | undefined;
}

/** So many calls without time moving are an endless loop. */
const MOST_CALLS_AT_ONE_TIME = 100_000;

/**
 * A clock that jumps from timer to timer: time passes only in `step`. For simulations, which set timers by the thousand; a test that
 * moves time by hand takes a `manualClock`.
 */
export class SimulatedClock implements Clock {
  readonly #startMs: number;
  #nowMs: number;
  #order = 0;
  #callsAtNow = 0;
  /** A binary heap: no entry is due before its parent, at half its place. */
  readonly #heap: Pending[] = [];

  /** @param startMs what it shows at first, in milliseconds since the epoch. */
  constructor(startMs = 0) {
    this.#startMs = startMs;
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  /** Milliseconds since it was made. */
  get elapsedMs(): number {
    return this.#nowMs - this.#startMs;
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    const timer: Pending = { dueMs: this.#nowMs + (delayMs > 0 ? delayMs : 0), order: this.#order++, callback };
    if (timer.dueMs < Infinity) this.#push(timer);
    return { cancel: () => void (timer.callback = undefined) };
  }

  /**
   * Calls the timer that is due next, at its time; those of one time in the order they were set. False, at the time `untilMs`, where
   * none is due by then.
   *
   * @throws Error when timers keep setting timers for the same moment.
   */
  step(untilMs = Infinity): boolean {
    for (;;) {
      const first = this.#heap.at(0);
      if (first === undefined || first.dueMs > untilMs) {
        if (untilMs < Infinity) this.#nowMs = Math.max(this.#nowMs, untilMs);
        return false;
      }
      this.#pop();
      const { callback } = first;
      if (callback === undefined) continue;
      this.#moveTo(first.dueMs);
      callback();
      return true;
    }
  }

  #moveTo(dueMs: number): void {
    this.#callsAtNow = dueMs > this.#nowMs ? 1 : this.#callsAtNow + 1;
    this.#nowMs = dueMs;
    if (this.#callsAtNow > MOST_CALLS_AT_ONE_TIME) throw new Error(`timers set timers without end at ${dueMs}`);
  }

  #push(timer: Pending): void {
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (isBefore(heap[parent], timer)) break;
      heap[place] = heap[parent];
      place = parent;
    }
    heap[place] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= heap.length) break;
      const child = left + 1 < heap.length && isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
      if (isBefore(last, heap[child])) break;
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = last;
  }
}

function isBefore(left: Pending, right: Pending): boolean {
  return left.dueMs < right.dueMs || (left.dueMs === right.dueMs && left.order < right.order);
}
