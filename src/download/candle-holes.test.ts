import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { candleOpen, candlesFrame, nextCandleOpen, noCandles, parseTimeframe } from '../market/index.ts';
import { countHoles } from './candle-holes.ts';

it('counts what is left out, whatever the timeframe', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('1m', '1h', '3d', '1w', '1M', '3M', '1y').map(parseTimeframe),
      fc.integer({ min: 0, max: 2e12 }),
      fc.array(fc.boolean(), { maxLength: 60 }),
      (timeframe, time, isThere) => {
        let date = candleOpen(time, timeframe);
        const dates = [true, ...isThere, true].flatMap((kept) => {
          const opened = date;
          date = nextCandleOpen(date, timeframe);
          return kept ? [opened] : [];
        });
        const candles = candlesFrame(dates.map((date) => ({ date, open: 1, high: 1, low: 1, close: 1, volume: 1 })));
        expect(countHoles(candles, { timeframe, candleType: 'mark' })).toBe(isThere.filter((kept) => !kept).length);
        expect(countHoles(candles, { timeframe, candleType: 'funding_rate' })).toBe(0);
      },
    ),
  );
});

it('counts none where there is nothing', () => {
  expect(countHoles(noCandles, { timeframe: parseTimeframe('5m'), candleType: 'spot' })).toBe(0);
});
