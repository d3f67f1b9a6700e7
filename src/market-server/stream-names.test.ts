import { describe, expect, it } from 'vitest';
import { baseOf, parsePair, parseTimeframe, quoteOf } from '../market/index.ts';
import { parseStream, streamTarget } from './stream-names.ts';
import { listMarkets } from './symbols.ts';

const pairs = ['BTC/USDT', 'ETH/USDT:USDT'].map(parsePair);
const market = {
  listings: listMarkets(
    pairs.map((pair) => ({ pair, base: baseOf(pair), quote: quoteOf(pair), candleTypes: [], isActive: true })),
  ),
  timeframes: [parseTimeframe('1m')],
};

describe('names of streams', () => {
  it.each([
    'btcusdt@kline_1m',
    'btcusdt@ticker',
    'btcusdt@miniTicker',
    'btcusdt@bookTicker',
    '!ticker@arr',
    '!miniTicker@arr',
  ])('%s', (name) => {
    expect(parseStream(name, 'spot', market)?.name).toBe(name);
  });

  it.each([
    'BTCUSDT@kline_1m',
    'btcusdt@kline_5m',
    'ethusdt@ticker',
    'btcusdt@depth',
    'btcusdt',
    'btcusdt@ticker@x',
    '',
    '!x@arr',
  ])('%s is none', (name) => {
    expect(parseStream(name, 'spot', market)).toBeUndefined();
  });

  it('are of the section that is asked', () => {
    expect(parseStream('ethusdt@ticker', 'futures', market)).toMatchObject({ listing: { market: { pair: pairs[1] } } });
    expect(parseStream('btcusdt@ticker', 'futures', market)).toBeUndefined();
  });
});

describe('where websockets are opened', () => {
  it.each([
    ['/ws', 'spot', false, []],
    ['/ws/btcusdt@kline_1m', 'spot', false, ['btcusdt@kline_1m']],
    ['/ws/btcusdt@kline_1m/!ticker@arr', 'spot', false, ['btcusdt@kline_1m', '!ticker@arr']],
    ['/stream?streams=a@ticker/b@ticker', 'spot', true, ['a@ticker', 'b@ticker']],
    ['/stream/ws/0', 'spot', false, []],
    ['/fstream/ws', 'futures', false, []],
    ['/fstream/market/ws/12', 'futures', false, []],
    ['/fstream/public/stream?streams=a@ticker', 'futures', true, ['a@ticker']],
  ])('%s', (url, section, isCombined, names) => {
    const { pathname, searchParams } = new URL(url, 'ws://localhost');
    expect(streamTarget(pathname, searchParams)).toEqual({ section, isCombined, names });
  });

  it.each(['/', '/api/v3/ping', '/wsx', '/dstream/ws', '/fstream/private2/ws'])('%s is none', (path) => {
    expect(streamTarget(path, new URLSearchParams())).toBeUndefined();
  });
});
