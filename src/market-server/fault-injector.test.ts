import { describe, expect, it } from 'vitest';
import { manualClock } from '../testing/manual-clock.ts';
import { FaultInjector } from './fault-injector.ts';
import type { FaultPlan } from './fault-plan.ts';

const MINUTE = 60_000;

function injector(plan: FaultPlan, seed = 'a') {
  const [clock, wallClock] = [manualClock(1_000_000), manualClock(5000)];
  return { clock, wallClock, faults: new FaultInjector({ seed, clock, wallClock, plan }) };
}

describe('faults of requests', () => {
  it('strike so often as they may, and only the paths that they are for', () => {
    const { faults } = injector({ '429': { times: 2, path: 'klines', retryAfterS: 4 } });
    expect(faults.request('/api/v3/time')).toBeUndefined();
    const struck = [1, 2, 3].map(() => faults.request('/api/v3/klines'));
    expect(struck).toEqual([{ name: '429', retryAfterS: 4 }, { name: '429', retryAfterS: 4 }, undefined]);
    expect(faults.struck).toEqual({ '429': 2 });
  });

  it('are counted over all plans, and each plan by itself as often as it says', () => {
    const { faults } = injector({ timeout: { times: 1 } });
    faults.request('/a');
    faults.plan = { timeout: { times: 1 }, truncated: {} };
    expect(['/a', '/a', '/a'].map((path) => faults.request(path)?.name)).toEqual(['timeout', 'truncated', 'truncated']);
    faults.plan = {};
    expect(faults.struck).toEqual({ timeout: 2, truncated: 2 });
  });

  it('a ban lasts its time on the wall, and ends with another plan', () => {
    const { faults, wallClock } = injector({ '418': { times: 1, retryAfterS: 2 } });
    expect(faults.request('/a')).toEqual({ name: '418', retryAfterS: 2 });
    wallClock.advance(1500);
    expect(faults.request('/b')).toEqual({ name: '418', retryAfterS: 1 });
    wallClock.advance(500);
    expect(faults.request('/b')).toBeUndefined();
    faults.plan = { '418': {} };
    faults.request('/a');
    faults.plan = {};
    expect(faults.request('/a')).toBeUndefined();
  });

  it('strike the same requests with the same seed', () => {
    const sequence = (seed: string) => {
      const { faults } = injector({ '5xx': { rate: 0.5 } }, seed);
      return Array.from({ length: 50 }, () => faults.request('/a'));
    };
    expect(sequence('a')).toEqual(sequence('a'));
    expect(sequence('a')).not.toEqual(sequence('b'));
  });
});

describe('faults of candles', () => {
  it('are the same whenever they are asked for', () => {
    const [first, second] = [injector({ missing: { rate: 0.3 } }), injector({ missing: { rate: 0.3 } })];
    const opens = Array.from({ length: 200 }, (_, i) => i * MINUTE);
    const of = ({ faults }: typeof first) => opens.map((open) => faults.candle('missing', 'key', open));
    expect(of(first)).toEqual(of(second).slice());
    expect(of(first)).toEqual(of(first));
    const share = of(first).filter((ms) => ms === MINUTE).length / 200;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
    expect(first.faults.candle('late', 'key', 0)).toBe(0);
  });

  it('of a time end with it', () => {
    const { faults, clock } = injector({ yesterday: { ms: MINUTE }, quiet: {}, skew: {} });
    expect([faults.setBackMs, faults.isQuiet, faults.skewMs]).toEqual([86_400_000, true, 3_600_000]);
    clock.advance(MINUTE);
    expect([faults.setBackMs, faults.isQuiet]).toEqual([0, true]);
    faults.plan = { late: { ms: 3 }, missing: { ms: 7 } };
    expect([faults.longestCandleFaultMs, faults.skewMs, faults.isQuiet]).toEqual([7, 0, false]);
  });
});
