import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../tests/fixtures/bot/recording-logger.ts';
import { manualClock } from '../../testing/index.ts';
import { ExchangeClock } from './exchange-clock.ts';

const START = Date.UTC(2026, 10, 20);

function scene() {
  const wall = manualClock(START);
  const logger = recordingLogger();
  const clock = new ExchangeClock('there', wall, logger);
  /** Asks a server whose clock is ahead, with so long a way there and back. */
  const measure = (aheadMs: number, [thereMs, backMs] = [0, 0]) =>
    clock.measure(async () => {
      wall.advance(thereMs);
      const time = wall.now() + aheadMs;
      wall.advance(backMs);
      return time;
    });
  return { wall, logger, clock, measure };
}

describe('ExchangeClock', () => {
  it('goes by the exchange, its timers by the wall', async () => {
    const { wall, clock, measure } = scene();
    await measure(3_600_000, [100, 100]);
    expect(clock.now()).toBe(wall.now() + 3_600_000);
    let called = false;
    clock.setTimer(() => {
      called = true;
    }, 500);
    wall.advance(500);
    expect(called).toBe(true);
  });

  it('tells the earlier time where it is far ahead of the wall, and its own otherwise', async () => {
    const { wall, clock, measure } = scene();
    for (const ahead of [-3_600_000, 4000, 3_600_000]) {
      await measure(ahead);
      expect(clock.surely).toBe(wall.now() + (ahead > 5000 ? 0 : ahead));
    }
  });

  it('is off by no more than half of what asking took, and stays as it is where nothing is known', async () => {
    const { wall, clock, measure } = scene();
    for (const [there, back] of [
      [400, 0],
      [0, 400],
      [50, 350],
    ] as const) {
      await measure(7000, [there, back]);
      expect(Math.abs(clock.now() - wall.now() - 7000)).toBeLessThanOrEqual(200);
    }
    const before = clock.differenceMs;
    await measure(7100, [500, 500]);
    expect(clock.differenceMs).toBe(before);
    await measure(0, [10, 10]);
    expect(clock.differenceMs).toBe(0);
  });

  it('keeps to the wall where the answer is no time, and passes on what failed', async () => {
    const { clock } = scene();
    for (const odd of [undefined, null, 'now', Number.NaN]) await clock.measure(async () => odd);
    expect(clock.differenceMs).toBe(0);
    await expect(clock.measure(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  });

  it('tells of a notable difference once, and when it is gone', async () => {
    const { logger, measure } = scene();
    for (const ahead of [-3_600_000, -3_600_400, -3_599_000]) await measure(ahead);
    expect(logger.messages('warn')).toEqual([expect.stringContaining("3600.0 s behind this machine's")]);
    await measure(20);
    expect(logger.messages('info')).toEqual([expect.stringContaining('agree again')]);
    await measure(4000);
    expect(logger.messages('warn').length).toBe(1);
  });

  it('sees by the dates of answers that a clock was set', async () => {
    const { wall, clock, measure } = scene();
    await measure(0);
    const answered = (aheadMs: number) => clock.onDate(Math.floor((wall.now() + aheadMs) / 1000) * 1000);
    answered(0);
    wall.advance(7777);
    answered(0);
    expect(clock.hasJumped).toBe(false);
    answered(-3_600_000);
    expect(clock.hasJumped).toBe(true);
    await measure(-3_600_000);
    answered(-3_600_000);
    expect(clock.hasJumped).toBe(false);
    clock.measureByDate();
    expect(Math.abs(clock.differenceMs + 3_600_000)).toBeLessThan(1001);
  });
});
