import { describe, expect, it } from 'vitest';
import { manualClock } from '../testing/index.ts';
import { type AttemptLimits, FailedAttempts, retryAfterSeconds } from './failed-attempts.ts';

const ADDRESS = '192.0.2.1';

function scene(limits: Partial<AttemptLimits> = {}) {
  const clock = manualClock(1_000_000);
  const attempts = new FailedAttempts(clock, limits);
  const fail = (times: number, address = ADDRESS) => {
    for (let i = 0; i < times; i++) attempts.failed(address);
  };
  return { clock, attempts, fail };
}

describe('failed attempts', () => {
  it('are heard up to ten in a minute', () => {
    const { attempts, fail } = scene();
    fail(9);
    expect(attempts.waitMs(ADDRESS)).toBe(0);
    fail(1);
    expect(attempts.waitMs(ADDRESS)).toBe(1_000);
  });

  it('are heard without end where they come at the pace of a stock consumer', () => {
    const { attempts, clock, fail } = scene();
    for (let i = 0; i < 100; i++) {
      fail(1);
      expect(attempts.waitMs(ADDRESS)).toBe(0);
      clock.advance(10_000);
    }
  });

  it('double the wait, up to five minutes', () => {
    const { attempts, clock, fail } = scene();
    fail(10);
    const waits: number[] = [];
    for (let i = 0; i < 11; i++) {
      waits.push(attempts.waitMs(ADDRESS));
      clock.advance(attempts.waitMs(ADDRESS));
      expect(attempts.waitMs(ADDRESS)).toBe(0);
      fail(1);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((seconds) => seconds * 1000));
  });

  it('lengthen no wait by coming during it', () => {
    const { attempts, clock, fail } = scene();
    fail(10);
    for (const left of [1_000, 600, 200]) {
      expect(attempts.waitMs(ADDRESS)).toBe(left);
      clock.advance(400);
    }
    expect(attempts.waitMs(ADDRESS)).toBe(0);
  });

  it('are forgotten by a success', () => {
    const { attempts, clock, fail } = scene();
    fail(10);
    clock.advance(1_000);
    attempts.succeeded(ADDRESS);
    fail(9);
    expect(attempts.waitMs(ADDRESS)).toBe(0);
    expect(attempts.size).toBe(1);
  });

  it('are forgotten a minute after the last wait, and not before', () => {
    const { attempts, clock, fail } = scene();
    fail(10);
    clock.advance(1_000 + 59_999);
    fail(1);
    expect(attempts.waitMs(ADDRESS)).toBe(2_000);
    clock.advance(2_000 + 60_000);
    fail(9);
    expect(attempts.waitMs(ADDRESS)).toBe(0);
  });

  it('count for each IPv4 address, and for each IPv6 network of 64 bits', () => {
    const { attempts, fail } = scene();
    fail(10);
    expect(attempts.waitMs('192.0.2.2')).toBe(0);
    expect(attempts.waitMs(`::ffff:${ADDRESS}`)).toBe(1_000);
    for (let i = 1; i <= 10; i++) fail(1, `2001:db8:0:1::${i}`);
    expect(attempts.waitMs('2001:db8:0:1:ffff::')).toBe(1_000);
    expect(attempts.waitMs('2001:db8:0:2::1')).toBe(0);
  });

  it('are remembered of so many peers, and those whose last is the longest ago go first', () => {
    const { attempts, fail } = scene({ mostPeers: 100, most: 2 });
    fail(1, '192.0.2.1');
    fail(1, '192.0.2.2');
    fail(1, '192.0.2.1');
    for (let i = 0; i < 99; i++) fail(1, `198.51.100.${i}`);
    expect(attempts.size).toBe(100);
    expect(attempts.waitMs('192.0.2.1')).toBe(1_000);
    // Its first failure is forgotten.
    fail(1, '192.0.2.2');
    expect(attempts.waitMs('192.0.2.2')).toBe(0);
  });

  it('have limits that can be set', () => {
    const { attempts, clock, fail } = scene({ most: 3, withinMs: 5_000, longestWaitMs: 1_500 });
    fail(2);
    clock.advance(5_000);
    fail(2);
    expect(attempts.waitMs(ADDRESS)).toBe(0);
    fail(1);
    clock.advance(1_000);
    fail(1);
    expect(attempts.waitMs(ADDRESS)).toBe(1_500);
  });

  it('wait no longer where the clock was set back', () => {
    let now = 1_000_000;
    const attempts = new FailedAttempts({ ...manualClock(), now: () => now }, { most: 1 });
    attempts.failed(ADDRESS);
    now = 0;
    expect(attempts.waitMs(ADDRESS)).toBe(1_000);
  });
});

it.each([
  [1, 1],
  [1_000, 1],
  [1_001, 2],
  [300_000, 300],
])('a wait of %i ms is told as %i s', (waitMs, seconds) => {
  expect(retryAfterSeconds(waitMs)).toBe(seconds);
});
