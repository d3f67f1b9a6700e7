import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { SimulatedClock } from './simulated-clock.ts';

describe('SimulatedClock', () => {
  it('jumps to the next timer, and no farther than it may', () => {
    const [clock, called] = [new SimulatedClock(1000), vi.fn<() => void>()];
    clock.setTimer(called, 20);
    expect(clock.step(1010)).toBe(false);
    expect([clock.now(), called.mock.calls.length]).toEqual([1010, 0]);
    expect(clock.step()).toBe(true);
    expect([clock.now(), clock.elapsedMs, called.mock.calls.length]).toEqual([1020, 20, 1]);
    expect(clock.step()).toBe(false);
    expect(clock.now()).toBe(1020);
  });

  it('never calls what was cancelled, or set for never', () => {
    const [clock, called] = [new SimulatedClock(), vi.fn<() => void>()];
    clock.setTimer(called, 5).cancel();
    clock.setTimer(called, Infinity);
    clock.setTimer(() => second.cancel(), 7);
    const second = clock.setTimer(called, 7);
    while (clock.step());
    expect(called).not.toHaveBeenCalled();
    expect(clock.now()).toBe(7);
  });

  it('says so when timers would go on for ever at one time', () => {
    const clock = new SimulatedClock(7);
    const forever = () => void clock.setTimer(forever, 0);
    forever();
    expect(() => {
      while (clock.step());
    }).toThrow('timers set timers without end at 7');
  });

  it('calls timers in the order of their times, and of setting where that is the same, whoever sets them', () => {
    const timers = fc.array(fc.tuple(fc.nat(20), fc.array(fc.nat(20), { maxLength: 3 })), { maxLength: 40 });
    fc.assert(
      fc.property(timers, (given) => {
        const clock = new SimulatedClock();
        const set: [dueMs: number, order: number][] = [];
        const calls: [dueMs: number, order: number][] = [];
        const add = (delayMs: number, thenSets: readonly number[]) => {
          const entry: [number, number] = [clock.now() + delayMs, set.length];
          set.push(entry);
          clock.setTimer(() => {
            expect(clock.now()).toBe(entry[0]);
            calls.push(entry);
            for (const next of thenSets) add(next, []);
          }, delayMs);
        };
        for (const [delayMs, thenSets] of given) add(delayMs, thenSets);
        while (clock.step());
        expect(calls).toEqual(set.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
      }),
    );
  });
});
