import type { Random } from '../util/random.ts';

/** Attempts never follow each other faster than about this, whatever the settings say; freqtrade's allow 0. */
const LEAST_SLEEP_MS = 250;

/** The longest wait between attempts, in sleep times. */
const WIDEST_SLEEP = 6;

/** The first attempt after a connection that worked comes within this time. */
const SOON_MS = 1_000;

/**
 * How long to wait before the next attempt to connect, in milliseconds. Jittered, so that the consumers of a producer that
 * restarts do not all come back in one moment.
 *
 * @param options.attempt attempts that failed in a row, from 1.
 * @param options.soon after a connection that worked, for the producer may only restart; else in widening intervals, from three to
 * five quarters of the sleep time up to six times that.
 */
export function retryDelayMs(options: {
  readonly attempt: number;
  readonly sleepTimeMs: number;
  readonly soon: boolean;
  readonly random: Random;
}): number {
  const { attempt, soon, random } = options;
  const sleepMs = Math.max(LEAST_SLEEP_MS, options.sleepTimeMs);
  if (soon) return Math.min(SOON_MS, sleepMs) * random.next();
  const widening = Math.min(WIDEST_SLEEP, 1.5 ** (attempt - 1));
  return sleepMs * widening * (0.75 + random.next() / 2);
}
