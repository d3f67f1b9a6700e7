import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const pending = new Set<() => void>();

/**
 * Runs `cleanUp` when this process ends, by itself, by an error or by a signal that asks it to, unless the returned function is called
 * before. It must be done when it returns: nothing is waited for then.
 */
export function atExit(cleanUp: () => void): () => void {
  if (pending.size === 0) {
    process.on('exit', cleanUpAll);
    for (const signal of signals) process.on(signal, end);
  }
  pending.add(cleanUp);
  return () => {
    if (!pending.delete(cleanUp) || pending.size > 0) return;
    process.off('exit', cleanUpAll);
    for (const signal of signals) process.off(signal, end);
  };
}

function end(signal: (typeof signals)[number]): void {
  // oxlint-disable-next-line unicorn/no-process-exit -- a signal that is listened to no longer ends the process by itself
  process.exit(128 + constants.signals[signal]);
}

function cleanUpAll(): void {
  for (const cleanUp of pending) cleanUp();
}
