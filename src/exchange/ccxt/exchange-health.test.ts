import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../tests/fixtures/bot/recording-logger.ts';
import { manualClock } from '../../testing/index.ts';
import { seededRandom } from '../../util/random.ts';
import { ExchangeError } from '../exchange-error.ts';
import { ExchangeHealth } from './exchange-health.ts';

const refusal = (retryAfterMs?: number) => new ExchangeError('EXCHANGE_RATE_LIMITED', 'too many', { retryAfterMs });

function scene() {
  const clock = manualClock(1_000_000);
  const health = new ExchangeHealth('test', clock, recordingLogger(), seededRandom('health'));
  /** Refuses once more as soon as it may be asked, and tells for how long it is left alone then. */
  const refused = () => {
    const { retryAfterMs = Number.NaN } = health.onRefused(refusal());
    expect(() => health.checkMayAsk()).toThrow(ExchangeError);
    clock.advance(retryAfterMs);
    expect(() => health.checkMayAsk()).not.toThrow();
    return retryAfterMs;
  };
  return { clock, health, refused };
}

describe('an exchange that is asked too often and tells no time', () => {
  it('is left alone for a doubling while, by chance up to a quarter shorter, a minute at most', () => {
    const { refused } = scene();
    for (let times = 0; times < 12; times++) {
      const most = Math.min(60_000, 1000 * 2 ** times);
      const waited = refused();
      expect(waited).toBeGreaterThanOrEqual(most * 0.75);
      expect(waited).toBeLessThanOrEqual(most);
    }
  });

  it('is asked as before after a success', () => {
    const { health, refused } = scene();
    for (let times = 0; times < 4; times++) refused();
    health.onSuccess();
    expect(refused()).toBeLessThanOrEqual(1000);
  });

  it('counts refusals of requests that were under way together once, and no success from before', () => {
    const { clock, health } = scene();
    const { retryAfterMs = Number.NaN } = health.onRefused(refusal());
    clock.advance(100);
    for (let others = 0; others < 60; others++) {
      expect(health.onRefused(refusal()).retryAfterMs).toBeCloseTo(retryAfterMs - 100, 6);
    }
    health.onSuccess();
    expect(() => health.checkMayAsk()).toThrow('nothing is sent');
    clock.advance(retryAfterMs - 100);
    expect(health.onRefused(refusal()).retryAfterMs).toBeGreaterThanOrEqual(1500);
  });

  it('goes by the time that is told where one is', () => {
    const { clock, health } = scene();
    expect(health.onRefused(refusal(7000)).retryAfterMs).toBe(7000);
    clock.advance(6999);
    expect(() => health.checkMayAsk()).toThrow(ExchangeError);
    clock.advance(1);
    expect(() => health.checkMayAsk()).not.toThrow();
    expect(health.onRefused(refusal(0)).retryAfterMs).toBe(0);
    expect(() => health.checkMayAsk()).not.toThrow();
  });
});
