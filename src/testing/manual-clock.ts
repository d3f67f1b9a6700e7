import type { Clock, Timer } from '../util/clock.ts';

/** A clock that stands still until it is told to move. */
export interface ManualClock extends Clock {
  /**
   * Moves on by `ms`, calling back every timer that falls due, in order of its time; those of one time in the order they were
   * set. Timers that a callback sets are called too where they fall due.
   *
   * @throws RangeError when `ms` is negative or not a number.
   * @throws Error when timers keep setting timers for the same moment.
   */
  advance(ms: number): void;
  /** Moves on to `timeMs`, as `advance` does. Throws RangeError when that is earlier than now or not a number. */
  set(timeMs: number): void;
  /** Timers that have not been called yet. */
  readonly pendingTimers: number;
}

/** So many calls without time moving are an endless loop. */
const MOST_CALLS_AT_ONE_TIME = 100_000;

interface Pending {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock for tests that shows `startMs` and moves by hand. */
export function manualClock(startMs = 0): ManualClock {
  let nowMs = startMs;
  let order = 0;
  const pending = new Set<Pending>();

  const nextDue = (untilMs: number): Pending | undefined => {
    let next: Pending | undefined;
    for (const timer of pending) {
      if (timer.dueMs > untilMs) continue;
      if (!next || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)) next = timer;
    }
    return next;
  };

  const set = (timeMs: number) => {
    if (!(timeMs >= nowMs)) throw new RangeError(`time does not go back: it is ${nowMs}, asked for ${timeMs}`);
    let callsAtNow = 0;
    for (let due = nextDue(timeMs); due; due = nextDue(timeMs)) {
      callsAtNow = due.dueMs > nowMs ? 1 : callsAtNow + 1;
      if (callsAtNow > MOST_CALLS_AT_ONE_TIME) throw new Error(`timers set timers without end at ${nowMs}`);
      pending.delete(due);
      nowMs = Math.max(nowMs, due.dueMs);
      due.callback();
    }
    // A callback may have moved the clock farther than was asked for here.
    nowMs = Math.max(nowMs, timeMs);
  };

  return {
    now: () => nowMs,
    setTimer(callback, delayMs): Timer {
      const timer: Pending = { dueMs: nowMs + (delayMs > 0 ? delayMs : 0), order: order++, callback };
      pending.add(timer);
      return { cancel: () => pending.delete(timer) };
    },
    advance: (ms) => set(nowMs + ms),
    set,
    get pendingTimers() {
      return pending.size;
    },
  };
}
