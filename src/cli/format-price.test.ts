import { describe, expect, it } from 'vitest';
import { formatNumber, priceDecimals } from './format-price.ts';

const price = (value: number) => formatNumber(value, priceDecimals(value));

describe('priceDecimals', () => {
  it('gives prices of any size about six digits, and never an exponent', () => {
    expect([97_051.2, 7455.6, 1, 0.314962, 3.65e-7, 1_234_567].map(price)).toEqual([
      '97051.2',
      '7455.60',
      '1.00000',
      '0.314962',
      '0.0000003650',
      '1234567',
    ]);
  });

  it('takes what is no price for 1', () => {
    expect([Number.NaN, 0, -5, null, 'text', Infinity].map(priceDecimals)).toEqual([5, 5, 5, 5, 5, 5]);
  });
});

describe('formatNumber', () => {
  it('shows a dot where there is no number', () => {
    expect([null, Number.NaN, undefined, 'text'].map((value) => formatNumber(value, 2))).toEqual(['·', '·', '·', '·']);
  });
});
