import { describe, expect, it, vi } from 'vitest';
import { manualClock } from '../../testing/index.ts';
import { afterGrace, STOP_GRACE_MS } from './stop-grace.ts';

function scene() {
  const [clock, stop, giveUp] = [manualClock(), new AbortController(), vi.fn<() => void>()];
  return { clock, stop, giveUp, end: afterGrace(stop.signal, clock, giveUp) };
}

describe('afterGrace', () => {
  it('gives up once, when the grace is over', () => {
    const { clock, stop, giveUp } = scene();
    clock.advance(10 * STOP_GRACE_MS);
    expect(giveUp).not.toHaveBeenCalled();
    stop.abort();
    clock.advance(STOP_GRACE_MS - 1);
    expect(giveUp).not.toHaveBeenCalled();
    clock.advance(10 * STOP_GRACE_MS);
    expect(giveUp).toHaveBeenCalledTimes(1);
  });

  it('begins at once where it is stopped already', () => {
    const [clock, giveUp] = [manualClock(), vi.fn<() => void>()];
    afterGrace(AbortSignal.abort(), clock, giveUp);
    clock.advance(STOP_GRACE_MS);
    expect(giveUp).toHaveBeenCalledTimes(1);
  });

  it('does not give up what has ended, before the stop or after it', () => {
    const [before, after] = [scene(), scene()];
    before.end();
    before.stop.abort();
    after.stop.abort();
    after.clock.advance(1);
    after.end();
    for (const { clock } of [before, after]) clock.advance(10 * STOP_GRACE_MS);
    expect([before, after].map(({ giveUp }) => giveUp.mock.calls.length)).toEqual([0, 0]);
  });
});
