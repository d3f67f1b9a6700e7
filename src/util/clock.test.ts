import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { manualClock } from '../testing/manual-clock.ts';
import { type Clock, compressedClock, sleep, systemClock } from './clock.ts';

const START = Date.UTC(2026, 0, 1);
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Sets a timer and returns what the wall shows each time it calls. */
function callTimes(clock: Clock, delayMs: number): number[] {
  const times: number[] = [];
  clock.setTimer(() => times.push(Date.now() - START), delayMs);
  return times;
}

describe('systemClock', () => {
  it('shows the wall time', () => {
    expect(systemClock.now()).toBe(START);
    vi.advanceTimersByTime(1234);
    expect(systemClock.now()).toBe(START + 1234);
  });

  it.each([0, 1, 250, LONGEST_TIMEOUT_MS])('calls back once, after %d ms and not before', (delayMs) => {
    const times = callTimes(systemClock, delayMs);
    expect(times).toEqual([]);
    vi.advanceTimersByTime(Math.max(0, delayMs - 1));
    if (delayMs > 0) expect(times).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(times).toEqual([delayMs]);
    vi.advanceTimersByTime(10);
    expect(times).toHaveLength(1);
  });

  it('calls back as soon as it can for negative delays and for NaN', () => {
    const [negative, nan] = [callTimes(systemClock, -5), callTimes(systemClock, Number.NaN)];
    expect([negative, nan]).toEqual([[], []]);
    vi.advanceTimersByTime(1);
    expect([negative.length, nan.length]).toEqual([1, 1]);
  });

  it.each([LONGEST_TIMEOUT_MS + 1, 3 * LONGEST_TIMEOUT_MS + 17])(
    'waits %d ms, longer than setTimeout can',
    (delayMs) => {
      const times = callTimes(systemClock, delayMs);
      vi.advanceTimersByTime(delayMs - 1);
      expect(times).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(times).toEqual([delayMs]);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it('never calls back after an infinite delay', () => {
    const times = callTimes(systemClock, Infinity);
    vi.advanceTimersByTime(5 * LONGEST_TIMEOUT_MS);
    expect(times).toEqual([]);
  });

  it('cancels a timer in any of its stretches, and harmlessly after the call', () => {
    const called = vi.fn<() => void>();
    const first = systemClock.setTimer(called, 100);
    first.cancel();
    const second = systemClock.setTimer(called, 3 * LONGEST_TIMEOUT_MS);
    vi.advanceTimersByTime(2 * LONGEST_TIMEOUT_MS + 5);
    second.cancel();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(3 * LONGEST_TIMEOUT_MS);
    expect(called).not.toHaveBeenCalled();
    const third = systemClock.setTimer(called, 1);
    vi.advanceTimersByTime(1);
    third.cancel();
    expect(called).toHaveBeenCalledTimes(1);
  });
});

describe('compressedClock', () => {
  const anchorMs = Date.UTC(2024, 5, 1);

  it('runs from its anchor at its speed', () => {
    const clock = compressedClock({ anchorWallMs: START, anchorMs, speed: 60 });
    expect(clock.now()).toBe(anchorMs);
    vi.advanceTimersByTime(1000);
    expect(clock.now()).toBe(anchorMs + 60_000);
  });

  it('shows times before its anchor too', () => {
    expect(compressedClock({ anchorWallMs: START + 10, anchorMs, speed: 5 }).now()).toBe(anchorMs - 50);
  });

  it('shows the same time in every process that shares its numbers', () => {
    const early = compressedClock({ anchorWallMs: START, anchorMs, speed: 7.5 });
    vi.advanceTimersByTime(333);
    const late = compressedClock({ anchorWallMs: START, anchorMs, speed: 7.5 });
    expect(late.now()).toBe(early.now());
  });

  it.each([0.5, 1, 60, 300, 1e6])('calls back not before the delay has passed on it, at speed %d', (speed) => {
    const clock = compressedClock({ anchorWallMs: START, anchorMs, speed });
    const delayMs = 12_345;
    let calledAt = Number.NaN;
    clock.setTimer(() => (calledAt = clock.now()), delayMs);
    vi.advanceTimersByTime(delayMs / speed + 1);
    expect(calledAt).toBeGreaterThanOrEqual(anchorMs + delayMs);
    expect(calledAt).toBeLessThan(anchorMs + delayMs + Math.max(1, speed));
  });

  it('waits longer than setTimeout can when it runs slowly', () => {
    const clock = compressedClock({ anchorWallMs: START, anchorMs, speed: 0.25 });
    const times = callTimes(clock, LONGEST_TIMEOUT_MS);
    vi.advanceTimersByTime(4 * LONGEST_TIMEOUT_MS - 1);
    expect(times).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(times).toEqual([4 * LONGEST_TIMEOUT_MS]);
  });

  it.each([0, -1, Number.NaN, Infinity])('refuses the speed %d', (speed) => {
    expect(() => compressedClock({ anchorWallMs: 0, anchorMs: 0, speed })).toThrow(
      new RangeError(`speed must be a positive number, found ${speed}`),
    );
  });
});

describe('sleep', () => {
  const settled = async (promise: Promise<void>) => {
    let done = false;
    void promise.then(() => (done = true));
    await Promise.resolve();
    await Promise.resolve();
    return done;
  };

  it('ends when its time has come', async () => {
    const clock = manualClock();
    const promise = sleep(clock, 100);
    clock.advance(99);
    expect(await settled(promise)).toBe(false);
    clock.advance(1);
    expect(await settled(promise)).toBe(true);
  });

  it('ends early when aborted, leaving no timer', async () => {
    const [clock, controller] = [manualClock(), new AbortController()];
    const promise = sleep(clock, 100, controller.signal);
    expect(await settled(promise)).toBe(false);
    controller.abort();
    await promise;
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not begin when already aborted', async () => {
    const clock = manualClock();
    await sleep(clock, 100, AbortSignal.abort());
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves no listener behind on a signal that lives on', async () => {
    const [clock, controller] = [manualClock(), new AbortController()];
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    const added = vi.spyOn(controller.signal, 'addEventListener');
    const promise = sleep(clock, 100, controller.signal);
    clock.advance(100);
    await promise;
    expect(removed.mock.calls[0].slice(0, 2)).toEqual(added.mock.calls[0].slice(0, 2));
    controller.abort();
  });
});
