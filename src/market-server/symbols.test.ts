import { expect, it } from 'vitest';
import { baseOf, parsePair, quoteOf } from '../market/index.ts';
import { listMarkets } from './symbols.ts';

const market = (text: string) => {
  const pair = parsePair(text);
  return { pair, base: baseOf(pair), quote: quoteOf(pair), candleTypes: [], isActive: true };
};

it('gives every pair a symbol in its section, and leaves out what Binance could not have', () => {
  const pairs = ['BTC/USDT', 'BTC/USDT:USDT', 'BTC/USD:BTC', 'AB/CUSDT', 'ABC/USDT', 'eth/usdt'];
  const listings = listMarkets(pairs.map(market));
  const names = (section: 'spot' | 'futures') =>
    listings.of(section).map(({ symbol, market }) => [symbol, market.pair]);
  expect(names('spot')).toEqual([
    ['BTCUSDT', 'BTC/USDT'],
    ['ABCUSDT', 'AB/CUSDT'],
    ['ETHUSDT', 'eth/usdt'],
  ]);
  expect(names('futures')).toEqual([['BTCUSDT', 'BTC/USDT:USDT']]);
  expect(listings.leftOut).toEqual(['BTC/USD:BTC', 'ABC/USDT']);
  expect(listings.all).toHaveLength(4);
  expect(listings.find('futures', 'BTCUSDT')?.market.pair).toBe('BTC/USDT:USDT');
  expect(listings.find('futures', 'ETHUSDT')).toBeUndefined();
});
