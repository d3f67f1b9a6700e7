import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { manualClock } from './manual-clock.ts';

describe('manualClock', () => {
  it('stands still until it is moved', () => {
    const clock = manualClock(500);
    expect(clock.now()).toBe(500);
    clock.advance(20);
    clock.advance(0);
    expect(clock.now()).toBe(520);
    clock.set(1000);
    expect(clock.now()).toBe(1000);
  });

  it('calls timers in order of their time, and of setting where that is the same', () => {
    const [clock, calls] = [manualClock(), [] as string[]];
    for (const [name, delayMs] of [
      ['c', 30],
      ['a', 10],
      ['b1', 20],
      ['b2', 20],
      ['later', 31],
    ] as const) {
      clock.setTimer(() => calls.push(`${name}@${clock.now()}`), delayMs);
    }
    clock.advance(30);
    expect(calls).toEqual(['a@10', 'b1@20', 'b2@20', 'c@30']);
    expect(clock.pendingTimers).toBe(1);
  });

  it('never calls from within setTimer, even for no delay', () => {
    const [clock, called] = [manualClock(), vi.fn<() => void>()];
    for (const delayMs of [0, -5, Number.NaN]) clock.setTimer(called, delayMs);
    expect(called).not.toHaveBeenCalled();
    clock.advance(0);
    expect(called).toHaveBeenCalledTimes(3);
    expect(clock.now()).toBe(0);
  });

  it('calls timers that timers set, where they fall due, at their own times', () => {
    const [clock, times] = [manualClock(), [] as number[]];
    const again = () => {
      times.push(clock.now());
      clock.setTimer(again, 10);
    };
    clock.setTimer(again, 10);
    clock.advance(35);
    expect(times).toEqual([10, 20, 30]);
    expect(clock.now()).toBe(35);
    clock.advance(5);
    expect(times).toEqual([10, 20, 30, 40]);
  });

  it('does not call what was cancelled, even by a timer of the same time', () => {
    const [clock, called] = [manualClock(), vi.fn<() => void>()];
    clock.setTimer(() => second.cancel(), 10);
    const second = clock.setTimer(called, 10);
    clock.advance(10);
    expect(called).not.toHaveBeenCalled();
    expect(clock.pendingTimers).toBe(0);
    second.cancel();
  });

  it('keeps the farther time when a timer moves the clock itself', () => {
    const clock = manualClock();
    clock.setTimer(() => clock.advance(1000), 10);
    clock.advance(20);
    expect(clock.now()).toBe(1010);
  });

  it('does not go back', () => {
    const clock = manualClock(100);
    expect(() => clock.set(99)).toThrow(new RangeError('time does not go back: it is 100, asked for 99'));
    expect(() => clock.advance(-1)).toThrow(RangeError);
    expect(() => clock.set(Number.NaN)).toThrow(RangeError);
    expect(clock.now()).toBe(100);
  });

  it('says so when timers would go on for ever at one time', () => {
    const clock = manualClock(7);
    const forever = () => void clock.setTimer(forever, 0);
    forever();
    expect(() => clock.advance(1)).toThrow('timers set timers without end at 7');
  });

  it('calls each timer at its time, however far each step goes', () => {
    const delays = fc.array(fc.nat(100), { maxLength: 20 });
    fc.assert(
      fc.property(delays, fc.array(fc.nat(40), { maxLength: 20 }), (delays, steps) => {
        const [clock, calls] = [manualClock(), [] as number[][]];
        for (const [i, delayMs] of delays.entries()) clock.setTimer(() => calls.push([clock.now(), i]), delayMs);
        for (const step of steps) clock.advance(step);
        const end = steps.reduce((sum, step) => sum + step, 0);
        const due = delays
          .map((delayMs, i) => [delayMs, i])
          .filter(([delayMs]) => delayMs <= (steps.length > 0 ? end : -1));
        expect(calls).toEqual(due.sort((a, b) => a[0] - b[0] || a[1] - b[1]));
        expect(clock.pendingTimers).toBe(delays.length - due.length);
      }),
    );
  });
});
