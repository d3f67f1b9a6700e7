import { describe, expect, it } from 'vitest';
import { manualClock } from '../testing/index.ts';
import { SilenceWatch } from './silence-watch.ts';

function scene(waitTimeoutMs = 300_000, pingTimeoutMs = 10_000) {
  const clock = manualClock(5000);
  const counts = { pings: 0, deaths: 0 };
  const watch = new SilenceWatch({
    clock,
    waitTimeoutMs,
    pingTimeoutMs,
    ping: () => (counts.pings += 1),
    onDead: () => (counts.deaths += 1),
  });
  watch.start();
  return { clock, counts, watch };
}

describe('SilenceWatch', () => {
  it('pings after so long a silence, and gives up when no answer comes', () => {
    const { clock, counts } = scene();
    clock.advance(299_999);
    expect(counts).toEqual({ pings: 0, deaths: 0 });
    clock.advance(1);
    expect(counts).toEqual({ pings: 1, deaths: 0 });
    clock.advance(9_999);
    expect(counts.deaths).toBe(0);
    clock.advance(1);
    expect(counts).toEqual({ pings: 1, deaths: 1 });
    clock.advance(1e9);
    expect(counts).toEqual({ pings: 1, deaths: 1 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('counts the silence from the last sign of life, with one timer however many there are', () => {
    const { clock, counts, watch } = scene();
    for (let i = 0; i < 1000; i++) {
      clock.advance(1000);
      watch.heard();
      expect(clock.pendingTimers).toBe(1);
    }
    expect(counts.pings).toBe(0);
    clock.advance(299_999);
    expect(counts.pings).toBe(0);
    clock.advance(1);
    expect(counts.pings).toBe(1);
  });

  it('begins anew when an answer comes', () => {
    const { clock, counts, watch } = scene();
    for (let i = 1; i <= 5; i++) {
      clock.advance(300_000);
      expect(counts.pings).toBe(i);
      clock.advance(9_000);
      watch.heard();
    }
    expect(counts.deaths).toBe(0);
  });

  it.each([0, 300_000])('does nothing once it is stopped, after %i ms, whatever it hears', (ms) => {
    const { clock, counts, watch } = scene();
    clock.advance(ms);
    const { pings } = counts;
    watch.stop();
    watch.heard();
    expect(clock.pendingTimers).toBe(0);
    clock.advance(1e9);
    expect(counts).toEqual({ pings, deaths: 0 });
  });

  it('does not flood the peer when its timeouts are 0', () => {
    const { clock, counts, watch } = scene(0, 0);
    for (let i = 0; i < 1000; i++) {
      clock.advance(1);
      watch.heard();
    }
    expect(counts.deaths).toBe(0);
    clock.advance(99);
    expect(counts.pings).toBeLessThanOrEqual(1);
    clock.advance(200);
    expect(counts).toEqual({ pings: 1, deaths: 1 });
  });

  it('stops where the ping itself ends everything', () => {
    const clock = manualClock();
    const watch: SilenceWatch = new SilenceWatch({
      clock,
      waitTimeoutMs: 1000,
      pingTimeoutMs: 1000,
      ping: () => watch.stop(),
      onDead: () => expect.unreachable(),
    });
    watch.start();
    clock.advance(1e6);
    expect(clock.pendingTimers).toBe(0);
  });
});
