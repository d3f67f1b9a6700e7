import { describe, expect, it } from 'vitest';
import { manualClock } from '../../testing/index.ts';
import { seededRandom } from '../../util/random.ts';
import { ExchangeError, type ExchangeErrorCode } from '../exchange-error.ts';
import { type RetryPolicy, retryWait, withRetries } from './retry.ts';

const policy: RetryPolicy = { tries: 4, baseMs: 100, mostMs: 1000 };
const error = (code: ExchangeErrorCode, retryAfterMs?: number) => new ExchangeError(code, code, { retryAfterMs });
const random = seededRandom('retry');

describe('retryWait', () => {
  it('doubles, spreads by a quarter to each side, and ends with the tries', () => {
    for (const [failures, middle] of [
      [1, 100],
      [2, 200],
      [3, 400],
    ] as const) {
      const waits = Array.from(
        { length: 300 },
        () => retryWait(error('EXCHANGE_TIMEOUT'), failures, policy, random) ?? NaN,
      );
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(middle * 0.75);
      expect(Math.max(...waits)).toBeLessThanOrEqual(middle * 1.25);
      expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(middle * 0.4);
    }
    expect(retryWait(error('EXCHANGE_TIMEOUT'), 4, policy, random)).toBeUndefined();
  });

  it('never waits longer than its most', () => {
    const long = { ...policy, tries: 50 };
    for (let failures = 1; failures < 50; failures++) {
      expect(retryWait(error('EXCHANGE_UNREACHABLE'), failures, long, random)).toBeLessThanOrEqual(1000);
    }
  });

  it('waits at least as long as the exchange wants, and leaves what is longer to the caller', () => {
    for (let i = 0; i < 100; i++) {
      expect(retryWait(error('EXCHANGE_RATE_LIMITED', 900), 1, policy, random)).toBeGreaterThanOrEqual(900);
    }
    expect(retryWait(error('EXCHANGE_RATE_LIMITED', 1001), 1, policy, random)).toBeUndefined();
  });

  it('does not try again what can not end otherwise', () => {
    for (const code of ['EXCHANGE_BAD_KEY', 'EXCHANGE_BANNED', 'EXCHANGE_UNKNOWN_PAIR', 'EXCHANGE_REJECTED'] as const) {
      expect(retryWait(error(code), 1, policy, random)).toBeUndefined();
    }
    expect(retryWait(new TypeError('a mistake of ours'), 1, policy, random)).toBeUndefined();
  });
});

describe('withRetries', () => {
  /** Moves the clock on whenever something waits for it. */
  async function driven<T>(promise: Promise<T>, clock: ReturnType<typeof manualClock>): Promise<T> {
    const state = { isDone: false };
    const done = promise.finally(() => {
      state.isDone = true;
    });
    done.catch(() => undefined);
    while (!state.isDone) {
      clock.advance(clock.pendingTimers > 0 ? 50 : 0);
      await Promise.resolve();
    }
    return done;
  }

  it('resolves with the first success and rejects with the last error', async () => {
    const clock = manualClock();
    const signal = new AbortController().signal;
    let calls = 0;
    const flaky = async () => {
      if (++calls < 3) throw error('EXCHANGE_TIMEOUT');
      return calls;
    };
    expect(await driven(withRetries(flaky, { policy, clock, random, signal }), clock)).toBe(3);
    calls = 0;
    const failing = async () => {
      calls++;
      throw error('EXCHANGE_UNREACHABLE');
    };
    const failed = driven(withRetries(failing, { policy, clock, random, signal }), clock);
    await expect(failed).rejects.toMatchObject({ code: 'EXCHANGE_UNREACHABLE' });
    expect([calls, clock.pendingTimers]).toEqual([4, 0]);
    expect(clock.now()).toBeLessThan(2500);
  });

  it('stops waiting when it is no longer wanted', async () => {
    const clock = manualClock();
    const controller = new AbortController();
    let calls = 0;
    const failing = async () => {
      calls++;
      throw error('EXCHANGE_TIMEOUT');
    };
    const onRetry = () => controller.abort();
    const failed = withRetries(failing, { policy, clock, random, signal: controller.signal, onRetry });
    await expect(failed).rejects.toMatchObject({ code: 'EXCHANGE_TIMEOUT' });
    expect([calls, clock.pendingTimers]).toEqual([1, 0]);
  });
});
