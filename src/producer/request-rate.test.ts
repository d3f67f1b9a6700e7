import { describe, expect, it } from 'vitest';
import { RequestRate } from './request-rate.ts';

/** How many of `tries` requests at one time are taken. */
function taken(rate: RequestRate, now: number, tries = 10_000): number {
  let count = 0;
  for (let i = 0; i < tries; i++) if (rate.take(now)) count += 1;
  return count;
}

describe('RequestRate', () => {
  it('takes twenty seconds of its rate at once, and not one more', () => {
    expect(taken(new RequestRate(50), 1_000_000)).toBe(1000);
    expect(taken(new RequestRate(1), 0)).toBe(20);
  });

  it('takes its rate from then on, and counts none that it refused', () => {
    const rate = new RequestRate(50);
    taken(rate, 0);
    expect(taken(rate, 1000)).toBe(50);
    expect(taken(rate, 1019)).toBe(0);
    expect(taken(rate, 1020)).toBe(1);
    expect(taken(rate, 3020)).toBe(100);
  });

  it('saves up no more than that after a time of quiet', () => {
    const rate = new RequestRate(50);
    taken(rate, 0);
    expect(taken(rate, 10_000)).toBe(500);
    expect(taken(rate, 3_600_000)).toBe(1000);
  });

  it('takes one who keeps to the rate for ever', () => {
    const rate = new RequestRate(10);
    for (let i = 0; i < 5000; i++) expect(rate.take(i * 100)).toBe(true);
  });

  it('gives nothing for a clock that is set back, and goes on from there', () => {
    const rate = new RequestRate(10);
    taken(rate, 100_000);
    expect(taken(rate, 40_000)).toBe(0);
    expect(taken(rate, 41_000)).toBe(10);
  });

  it('takes less than one a second', () => {
    const rate = new RequestRate(0.5);
    expect(taken(rate, 0)).toBe(10);
    expect(taken(rate, 1999)).toBe(0);
    expect(taken(rate, 2000)).toBe(1);
  });
});
