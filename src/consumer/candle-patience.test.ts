import { expect, it } from 'vitest';
import { parseTimeframe } from '../market/index.ts';
import { candlePatienceMs } from './candle-patience.ts';

it.each([
  ['1s', 250],
  ['1m', 15_000],
  ['4m', 60_000],
  ['5m', 60_000],
  ['1w', 60_000],
])('a candle of %s may be %i ms late', (timeframe, patience) => {
  expect(candlePatienceMs(parseTimeframe(timeframe))).toBe(patience);
});
