import { describe, expect, it } from 'vitest';
import { candleTypes, isCandleType, parseCandleType } from './candle-type.ts';
import { MarketError } from './market-error.ts';

describe('parseCandleType', () => {
  it.each(candleTypes)('takes %s', (type) => {
    expect(isCandleType(type)).toBe(true);
    expect(parseCandleType(type)).toBe(type);
  });

  it('reads no text as spot', () => {
    expect(parseCandleType('')).toBe('spot');
    expect(isCandleType('')).toBe(false);
  });

  it.each(['Spot', 'future', 'premiumindex', 'length', 'toString', ' spot'])('refuses %j', (text) => {
    expect(isCandleType(text)).toBe(false);
    const message = `"${text}" is not a candle type; expected one of spot, futures, mark, index, premiumIndex, funding_rate`;
    expect(() => parseCandleType(text)).toThrow(new MarketError('MARKET_BAD_CANDLE_TYPE', message, { value: text }));
  });
});
