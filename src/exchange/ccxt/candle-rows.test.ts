import { describe, expect, it } from 'vitest';
import { ExchangeError } from '../exchange-error.ts';
import { candlesOfRates, candlesOfRows } from './candle-rows.ts';
import { orderBookOf, tickerOf } from './ticker-of.ts';
import { parsePair } from '../../market/index.ts';

const row = [60_000, 2, 4, 1, 3, 5];
const candle = { date: 60_000, open: 2, high: 4, low: 1, close: 3, volume: 5 };

describe('candlesOfRows', () => {
  it('puts in order, and takes the later of two with one date', () => {
    const rows = [[120_000, 1, 1, 1, 1, 0], [60_000, 9, 9, 9, 9, 9], row];
    expect(candlesOfRows(rows, 'x', 'spot')).toEqual([
      candle,
      { ...candle, date: 120_000, open: 1, high: 1, low: 1, close: 1, volume: 0 },
    ]);
    expect(candlesOfRows([], 'x', 'spot')).toEqual([]);
  });

  it('takes a missing volume for none of a traded pair, and for unknown of a mark price', () => {
    expect(candlesOfRows([[60_000, 2, 4, 1, 3, undefined]], 'x', 'futures')[0].volume).toBe(0);
    expect(candlesOfRows([row.slice(0, 5)], 'x', 'spot')[0].volume).toBe(0);
    expect(candlesOfRows([row.slice(0, 5)], 'x', 'mark')[0].volume).toBeNaN();
  });

  it('refuses what is no list of possible candles', () => {
    const cell = (index: number, value: unknown) => [row.map((each, i) => (i === index ? value : each))];
    const odd: unknown[] = [undefined, 'rows', {}, [1], ['[60000,2'], [null], [[]], [{ date: 1 }]];
    odd.push(
      cell(0, '60000'),
      cell(0, -1),
      cell(1, undefined),
      cell(2, Number.NaN),
      cell(3, 0),
      cell(3, 3.5),
      cell(2, 2.5),
      cell(4, 1e9),
    );
    for (const raw of odd) {
      expect(() => candlesOfRows(raw, 'candles of A/B', 'spot'), JSON.stringify(raw)).toThrow(ExchangeError);
      expect(() => candlesOfRows(raw, 'candles of A/B', 'spot')).toThrow('candles of A/B');
    }
  });
});

describe('candlesOfRates', () => {
  it('keeps the rate as open, below zero too', () => {
    const rates = [{ timestamp: 7, fundingRate: -0.0001 }];
    expect(candlesOfRates(rates, 'x')).toEqual([{ date: 7, open: -0.0001, high: 0, low: 0, close: 0, volume: 0 }]);
    expect(() => candlesOfRates([{ timestamp: 7 }], 'x')).toThrow(ExchangeError);
    expect(() => candlesOfRates({}, 'x')).toThrow(ExchangeError);
  });
});

describe('tickerOf and orderBookOf', () => {
  const pair = parsePair('A/B');

  it('take what is there and leave out the rest', () => {
    expect(tickerOf({ symbol: 'A/B', last: 2, bid: null, ask: 3, timestamp: 5, quoteVolume: '7' }, 9)).toEqual({
      pair,
      time: 5,
      last: 2,
      ask: 3,
    });
    expect(tickerOf({ symbol: 'A/B', close: 2 }, 9)).toEqual({ pair, time: 9, last: 2 });
    for (const odd of [null, 'x', {}, { symbol: 'A/B' }, { symbol: 'A', last: 1 }, { symbol: 'A/B', last: 0 }]) {
      expect(tickerOf(odd, 9)).toBeUndefined();
    }
  });

  it('sort a book best first, and cut it', () => {
    const raw = {
      bids: [
        [1, 1],
        [3, 1],
        [2, 1],
        ['4', 1],
        [5, 0],
      ],
      asks: [[7, 1], [6, 2], null],
    };
    expect(orderBookOf(raw, pair, 2, 9)).toEqual({
      pair,
      time: 9,
      bids: [
        [3, 1],
        [2, 1],
      ],
      asks: [
        [6, 2],
        [7, 1],
      ],
    });
    for (const odd of [null, {}, { bids: [] }, { bids: {}, asks: [] }])
      expect(orderBookOf(odd, pair, 2, 9)).toBeUndefined();
  });
});
