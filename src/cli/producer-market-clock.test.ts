import { expect, it } from 'vitest';
import { parseTimeframe } from '../market/index.ts';
import { manualClock } from '../testing/index.ts';
import { producerMarketClock } from './producer-market-clock.ts';

const FIVE = parseTimeframe('5m');
const MINUTES = 60_000;
const NOW = Date.UTC(2026, 0, 31, 12);

it('is wall time where candles are of now, also when they stop coming', () => {
  const wall = manualClock(NOW);
  const clock = producerMarketClock(wall);
  expect(clock.now()).toBe(NOW);
  clock.heard(NOW - 5 * MINUTES, FIVE);
  wall.advance(24 * 60 * MINUTES);
  expect(clock.now()).toBe(NOW + 24 * 60 * MINUTES);
});

it.each([
  ['the future', Date.UTC(2030, 0, 1)],
  ['the past', Date.UTC(2018, 0, 10)],
])('goes at the pace of candles of %s, and on when they stop coming', (_, start) => {
  const wall = manualClock(NOW);
  const clock = producerMarketClock(wall);
  clock.heard(start, FIVE);
  expect(clock.now()).toBe(start + 5 * MINUTES);
  wall.advance(2_000);
  clock.heard(start + 5 * MINUTES, FIVE);
  clock.heard(start + 5 * MINUTES, FIVE);
  expect(clock.now()).toBe(start + 10 * MINUTES);
  wall.advance(4_000);
  expect(clock.now()).toBe(start + 20 * MINUTES);
});
