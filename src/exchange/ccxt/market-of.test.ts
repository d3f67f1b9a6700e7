import { describe, expect, it } from 'vitest';
import { marketOf } from './market-of.ts';

const TICK_SIZE = 4;
const spot = { mode: 'spot', precisionMode: TICK_SIZE } as const;
const futures = { mode: 'futures', precisionMode: TICK_SIZE } as const;
const raw = {
  symbol: 'BTC/USDT',
  base: 'BTC',
  quote: 'USDT',
  spot: true,
  active: true,
  precision: { price: 0.01, amount: 0.00001 },
  limits: { amount: { min: 0.00001, max: 9000 }, price: { min: 0.01, max: undefined }, cost: { min: 5 }, leverage: {} },
  maker: 0.001,
  taker: 0.002,
};
const perpetual = {
  ...raw,
  symbol: 'BTC/USDT:USDT',
  spot: false,
  swap: true,
  linear: true,
  contractSize: 0.001,
  precision: { price: 0.1, amount: 1 },
  limits: { amount: { min: 1, max: 1000 }, leverage: { min: 1, max: 125 } },
};

describe('marketOf', () => {
  it('tells pair, precision, limits and fees', () => {
    expect(marketOf(raw, ['spot'], spot)).toEqual({
      pair: 'BTC/USDT',
      base: 'BTC',
      quote: 'USDT',
      candleTypes: ['spot'],
      isActive: true,
      pricePrecision: 0.01,
      amountPrecision: 0.00001,
      limits: { amount: { min: 0.00001, max: 9000 }, price: { min: 0.01 }, cost: { min: 5 } },
      fees: { maker: 0.001, taker: 0.002 },
    });
  });

  it('counts amounts of futures in the base currency', () => {
    expect(marketOf(perpetual, ['futures', 'mark'], futures)).toMatchObject({
      pair: 'BTC/USDT:USDT',
      settle: 'USDT',
      amountPrecision: 0.001,
      limits: { amount: { min: 0.001, max: 1 }, leverage: { min: 1, max: 125 } },
    });
  });

  it('leaves out what is of another mode, settled in coins, dated, or no market', () => {
    expect(marketOf(perpetual, ['spot'], spot)).toBeUndefined();
    expect(marketOf(raw, ['futures'], futures)).toBeUndefined();
    expect(marketOf({ ...perpetual, linear: false, inverse: true }, ['futures'], futures)).toBeUndefined();
    expect(marketOf({ ...perpetual, swap: false, future: true }, ['futures'], futures)).toBeUndefined();
    for (const odd of [undefined, null, 'BTC/USDT', [], {}, { symbol: 'BTC' }]) {
      expect(marketOf(odd, ['spot'], spot)).toBeUndefined();
    }
  });

  it('reads decimal places as steps, and knows no step of significant digits', () => {
    const decimals = { ...raw, precision: { price: 2, amount: 0 } };
    expect(marketOf(decimals, ['spot'], { ...spot, precisionMode: 2 })).toMatchObject({
      pricePrecision: 0.01,
      amountPrecision: 1,
    });
    const digits = marketOf({ ...raw, precision: { price: 5, amount: 8 } }, ['spot'], { ...spot, precisionMode: 3 });
    expect(digits).not.toHaveProperty('pricePrecision');
    expect(digits).not.toHaveProperty('amountPrecision');
  });

  it('does without what the exchange does not tell', () => {
    const bare = marketOf({ symbol: 'A/B', spot: true }, ['spot'], spot);
    expect(bare).toEqual({ pair: 'A/B', base: 'A', quote: 'B', candleTypes: ['spot'], isActive: true });
    expect(marketOf({ symbol: 'A/B', spot: true, active: false }, ['spot'], spot)?.isActive).toBe(false);
  });
});
