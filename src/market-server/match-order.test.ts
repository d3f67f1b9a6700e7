import { describe, expect, it } from 'vitest';
import { fixedOf, fixedText } from './fixed.ts';
import { type Want, accepts, reaches, sumOf, takeFromBook } from './match-order.ts';

const asks = [
  [100, 1],
  [101, 0.5],
  [105, 10],
] as const;

function taken(want: Partial<Record<'limitPrice' | 'amount' | 'cost', number>>, side: Want['side'] = 'BUY') {
  const value = (name: 'limitPrice' | 'amount' | 'cost') => {
    const number = want[name];
    return number === undefined ? undefined : fixedOf(number);
  };
  const full: Want = {
    side,
    limitPrice: value('limitPrice'),
    amount: value('amount'),
    cost: value('cost'),
    amountStep: fixedOf(0.01),
  };
  return takeFromBook(asks, full).map(({ price, amount }) => [Number(fixedText(price)), Number(fixedText(amount))]);
}

describe('what is taken from a book', () => {
  it.each([
    [{ amount: 0.3 }, [[100, 0.3]]],
    [
      { amount: 2 },
      [
        [100, 1],
        [101, 0.5],
        [105, 0.5],
      ],
    ],
    [
      { amount: 50 },
      [
        [100, 1],
        [101, 0.5],
        [105, 10],
      ],
    ],
    [
      { amount: 2, limitPrice: 101 },
      [
        [100, 1],
        [101, 0.5],
      ],
    ],
    [{ amount: 2, limitPrice: 99.99 }, []],
    [
      { cost: 150.5 },
      [
        [100, 1],
        [101, 0.5],
      ],
    ],
    [{ cost: 10.559 }, [[100, 0.1]]],
    [{ cost: 0.5 }, []],
  ])('%j: %j', (want, expected) => {
    expect(taken(want)).toEqual(expected);
  });

  it('is less dear than the limit of who sells only down to it', () => {
    expect(accepts('SELL', fixedOf(100), fixedOf(100))).toBe(true);
    expect(accepts('SELL', fixedOf(100), fixedOf(99))).toBe(false);
    expect(accepts('BUY', fixedOf(100), fixedOf(101))).toBe(false);
  });

  it('sums up', () => {
    const fills = takeFromBook(asks, {
      side: 'BUY',
      limitPrice: undefined,
      amount: fixedOf(1.5),
      cost: undefined,
      amountStep: fixedOf(0.01),
    });
    expect(sumOf(fills)).toEqual({ amount: fixedOf(1.5), cost: fixedOf(150.5) });
  });
});

it('an order that rests is reached by the low of a candle when it buys, by the high when it sells', () => {
  const candle = { date: 0, open: 10, high: 12, low: 9, close: 11, volume: 1 };
  expect(reaches(candle, 'BUY', fixedOf(9))).toBe(true);
  expect(reaches(candle, 'BUY', fixedOf(8.99))).toBe(false);
  expect(reaches(candle, 'SELL', fixedOf(12))).toBe(true);
  expect(reaches(candle, 'SELL', fixedOf(12.01))).toBe(false);
});
