import { messageOf } from '../util/errors.ts';
import type { Logger } from '../util/logger.ts';

/** Beyond so many different ones nobody learns anything new. */
const MOST_TOLD = 100;

/**
 * Keeps what a strategy's own timers and promises do wrong from ending the process without a word. A rejected promise that nobody
 * waits for is logged, each thing once, and all goes on; a thrown error ends the command through `stop`. Returns what undoes it.
 */
export function guardAgainstFaults(logger: Logger, stop: (error: unknown) => void): () => void {
  const told = new Set<string>();
  const onRejection = (reason: unknown) => {
    const message = messageOf(reason);
    if (told.has(message) || told.size >= MOST_TOLD) return;
    told.add(message);
    logger.error(`a promise was rejected and nobody handled it: ${message}`, { at: placeOf(reason) });
  };
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', stop);
  return () => {
    process.off('unhandledRejection', onRejection);
    process.off('uncaughtException', stop);
  };
}

/** The first line of its stack that names a file. */
function placeOf(reason: unknown): string | undefined {
  const stack = reason instanceof Error ? (reason.stack ?? '') : '';
  return /\(?((?:file:|\/|[A-Z]:)\S+:\d+:\d+)\)?/.exec(stack)?.[1];
}
