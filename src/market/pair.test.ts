import { describe, expect, it } from 'vitest';
import { MarketError } from './market-error.ts';
import { baseOf, isPair, parsePair, quoteOf } from './pair.ts';

describe('parsePair', () => {
  it.each([
    ['BTC/USDT', 'BTC', 'USDT'],
    ['BTC/USDT:USDT', 'BTC', 'USDT'],
    ['ETH/BTC:ETH', 'ETH', 'BTC'],
    ['1000SHIB/USDT', '1000SHIB', 'USDT'],
    ['币安人生/USDT', '币安人生', 'USDT'],
    ['BTC/USDT:USDT-261225', 'BTC', 'USDT'],
    ['$MYRO/USDT', '$MYRO', 'USDT'],
    ['USDC.e/USDT', 'USDC.e', 'USDT'],
  ])('takes %s: %s in %s', (text, base, quote) => {
    expect(isPair(text)).toBe(true);
    const pair = parsePair(text);
    expect(pair).toBe(text);
    expect([baseOf(pair), quoteOf(pair)]).toEqual([base, quote]);
  });

  it.each([
    '',
    '/',
    'BTC',
    'BTC/',
    '/USDT',
    'BTC-USDT',
    'BTC/USDT/ETH',
    'BTC/USDT:',
    'BTC:USDT',
    'BTC/USDT:A:B',
    'BTC /USDT',
    'BTC/USDT\n',
  ])('refuses %j', (text) => {
    expect(isPair(text)).toBe(false);
    const message = `"${text}" is not a pair; expected BASE/QUOTE, for example BTC/USDT`;
    expect(() => parsePair(text)).toThrow(new MarketError('MARKET_BAD_PAIR', message, { value: text }));
  });
});
