import type { Clock } from '../../util/clock.ts';

/** So long may a page under way take to be stored. */
export const STOP_GRACE_MS = 10_000;

/** Calls `giveUp` where what `signal` stops has not ended `STOP_GRACE_MS` after that. Returns what says that it has ended. */
export function afterGrace(signal: AbortSignal, clock: Clock, giveUp: () => void): () => void {
  let cancel = (): void => {};
  const begin = () => {
    const timer = clock.setTimer(giveUp, STOP_GRACE_MS);
    cancel = () => timer.cancel();
  };
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return () => {
    signal.removeEventListener('abort', begin);
    cancel();
  };
}
