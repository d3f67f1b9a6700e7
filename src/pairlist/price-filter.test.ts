import { describe, expect, it } from 'vitest';
import { reasonAgainstPrice } from './price-filter.ts';
import { reasonAgainstSpread } from './spread-filter.ts';

// Which pairs pass is compared with freqtrade in create-pairlist.test.ts; here are reasons and what the exchange may not tell.
const open = { low_price_ratio: 0, min_price: 0, max_price: 0, max_value: 0 };
const market = { pricePrecision: 0.01, amountPrecision: 10, limits: { amount: { min: 10 } } };

describe('reasonAgainstPrice', () => {
  it('says what is wrong', () => {
    expect(reasonAgainstPrice(1, market, open)).toBeUndefined();
    expect(reasonAgainstPrice(1, market, { ...open, low_price_ratio: 0.005 })).toBe(
      'a step of its price is 1 % of it, and low_price_ratio is 0.5 %',
    );
    expect(reasonAgainstPrice(1, market, { ...open, max_value: 9 })).toBe(
      'a step of its amount is worth 10, and max_value is 9',
    );
    expect(reasonAgainstPrice(1, market, { ...open, min_price: 2 })).toBe('its price, 1, is below min_price, 2');
    expect(reasonAgainstPrice(3, market, { ...open, max_price: 2 })).toBe('its price, 3, is above max_price, 2');
  });

  it('lets nothing pass of which too little is known', () => {
    for (const last of [undefined, 0, Number.NaN]) {
      expect(reasonAgainstPrice(last, market, { ...open, min_price: 1 })).toContain('it has no last price');
    }
    const steps = { ...open, low_price_ratio: 0.1, max_value: 100 };
    expect(reasonAgainstPrice(1, {}, steps)).toBe('the exchange does not tell the steps of its price');
    const { pricePrecision, limits } = market;
    expect(reasonAgainstPrice(1, { pricePrecision, limits }, steps)).toBe(
      'the exchange does not tell the steps of its amount',
    );
  });

  it('leaves the amount alone where there is no smallest one', () => {
    const { pricePrecision } = market;
    for (const limits of [{}, { amount: {} }]) {
      expect(reasonAgainstPrice(1, { pricePrecision, limits }, { ...open, max_value: 1 })).toBeUndefined();
    }
  });
});

describe('reasonAgainstSpread', () => {
  it('takes bid and ask for what they are', () => {
    expect(reasonAgainstSpread({ bid: 99, ask: 100 }, 0.011)).toBeUndefined();
    expect(reasonAgainstSpread({ bid: 99, ask: 100 }, 0.009)).toBe('its spread is 0.01, and max_spread_ratio is 0.009');
    for (const ticker of [undefined, {}, { bid: 1 }, { bid: 0, ask: 1 }, { bid: 1, ask: 0 }]) {
      expect(reasonAgainstSpread(ticker, 0.5)).toBe('the exchange tells no bid and ask of it');
    }
  });
});
