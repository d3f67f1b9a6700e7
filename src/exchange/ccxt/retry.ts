import { type Clock, sleep } from '../../util/clock.ts';
import type { Random } from '../../util/random.ts';
import { ExchangeError } from '../exchange-error.ts';

/** How often and how long something is tried within one call. */
export interface RetryPolicy {
  /** Tries in all, the first one counted. */
  readonly tries: number;
  /** The mean wait before the second try, milliseconds; it doubles with each further one. */
  readonly baseMs: number;
  /** The longest wait. What the exchange wants beyond it is for the caller to wait for. */
  readonly mostMs: number;
}

export const defaultRetryPolicy: RetryPolicy = { tries: 4, baseMs: 400, mostMs: 5000 };

/**
 * Milliseconds to wait before the next try, or undefined where there shall be none: after the last try, for an error that another
 * try can't mend, and where the exchange wants to be left alone for longer than the policy waits. Half of the wait is chance, so
 * that many who failed together do not come back together; the time that an exchange named is never cut short.
 *
 * @param failures how many tries have failed, at least 1.
 */
export function retryWait(error: unknown, failures: number, policy: RetryPolicy, random: Random): number | undefined {
  if (!(error instanceof ExchangeError) || error.kind !== 'outside' || failures >= policy.tries) return undefined;
  const backoff = Math.min(policy.mostMs, policy.baseMs * 2 ** (failures - 1));
  const jittered = backoff * (0.75 + random.next() / 2);
  const { retryAfterMs } = error;
  if (retryAfterMs === undefined) return Math.min(policy.mostMs, jittered);
  return retryAfterMs > policy.mostMs ? undefined : retryAfterMs + (jittered - backoff * 0.75);
}

export interface RetryParts {
  readonly policy: RetryPolicy;
  /** Waits go by it. */
  readonly clock: Clock;
  readonly random: Random;
  /** Ends the waiting: the last error goes up. */
  readonly signal: AbortSignal;
  readonly onRetry?: (error: unknown, waitMs: number) => void;
}

/** Calls until it succeeds or `retryWait` has no further try. Rejects with the last error. */
export async function withRetries<T>(call: () => Promise<T>, parts: RetryParts): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await call();
    } catch (error) {
      const wait = retryWait(error, failures, parts.policy, parts.random);
      if (wait === undefined || parts.signal.aborted) throw error;
      parts.onRetry?.(error, wait);
      await sleep(parts.clock, wait, parts.signal);
      if (parts.signal.aborted) throw error;
    }
  }
}
