/** A pending call, made by `Clock.setTimer`. */
export interface Timer {
  /** Prevents the call. Harmless when it already happened. */
  cancel(): void;
}

/** The only source of time. Cores take one, so that tests, replays and compressed time can drive them. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls back once, `delayMs` milliseconds of this clock from now: never at once, even for 0; never at all for Infinity. */
  setTimer(callback: () => void, delayMs: number): Timer;
}

/** setTimeout fires after a millisecond for longer delays than this. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** Wall time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(callback, delayMs) {
    return wallTimer(callback, Math.max(0, delayMs));
  },
};

/**
 * Time that runs `speed` times as fast as the wall's: at wall time `anchorWallMs` it shows `anchorMs`. Processes that share the
 * three numbers share the time.
 *
 * @throws RangeError when `speed` is not a positive finite number.
 */
export function compressedClock(options: {
  readonly anchorWallMs: number;
  readonly anchorMs: number;
  readonly speed: number;
}): Clock {
  const { anchorWallMs, anchorMs, speed } = options;
  if (!(speed > 0 && Number.isFinite(speed))) throw new RangeError(`speed must be a positive number, found ${speed}`);
  return {
    now: () => anchorMs + (Date.now() - anchorWallMs) * speed,
    setTimer(callback, delayMs) {
      return wallTimer(callback, Math.max(0, delayMs) / speed);
    },
  };
}

/** Resolves after `delayMs` of the clock's time, or early when `signal` aborts. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const finish = () => {
      timer.cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = clock.setTimer(finish, delayMs);
    signal?.addEventListener('abort', finish, { once: true });
  });
}

function wallTimer(callback: () => void, delayMs: number): Timer {
  let handle: ReturnType<typeof setTimeout>;
  const arm = (remaining: number) => {
    const step = Math.min(remaining, LONGEST_TIMEOUT_MS);
    handle = setTimeout(() => (remaining > step ? arm(remaining - step) : callback()), step);
  };
  arm(Math.ceil(delayMs));
  return { cancel: () => clearTimeout(handle) };
}

/** Lets sockets and timers have their turn before long work goes on. */
export function yieldTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
