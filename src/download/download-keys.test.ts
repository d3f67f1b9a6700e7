import { describe, expect, it } from 'vitest';
import { type Market, simulatedExchange } from '../exchange/index.ts';
import { type CandleType, pairKeyText, parsePair, parseTimeframe } from '../market/index.ts';
import { manualClock } from '../testing/index.ts';
import { type WantedCandles, downloadKeys } from './download-keys.ts';

const exchange = simulatedExchange({ seed: 1, pairs: 2, clock: manualClock(0) });
const timeframes = ['5m', '1h'].map(parseTimeframe);
const [coin, future] = ['BTC/USDT', 'BTC/USDT:USDT'].map(parsePair);
const marketOf = (pair: typeof coin, candleTypes: readonly CandleType[]): Market => ({
  pair,
  base: 'BTC',
  quote: 'USDT',
  candleTypes,
  isActive: true,
});
const markets = [marketOf(coin, ['spot']), marketOf(future, ['futures', 'mark', 'funding_rate'])];

const keys = (wanted: Partial<WantedCandles>, of: readonly Market[] = markets) =>
  downloadKeys(exchange, of, { pairs: [coin], timeframes, tradingMode: 'spot', ...wanted }).map(pairKeyText);
const futures = (more: Partial<WantedCandles> = {}) => ({ pairs: [future], tradingMode: 'futures' as const, ...more });

describe('downloadKeys', () => {
  it('has a file a pair and timeframe, each once', () => {
    expect(keys({})).toEqual(['BTC/USDT, 5m, spot', 'BTC/USDT, 1h, spot']);
    expect(keys({ timeframes: [...timeframes, ...timeframes], candleTypes: ['mark'] })).toEqual(keys({}));
  });

  it('adds mark prices and funding rates to futures, where the exchange has them', () => {
    const own = ['BTC/USDT:USDT, 5m, futures', 'BTC/USDT:USDT, 1h, futures'];
    expect(keys(futures())).toEqual([...own, 'BTC/USDT:USDT, 1h, mark', 'BTC/USDT:USDT, 1h, funding_rate']);
    expect(keys(futures(), [marketOf(future, ['futures'])])).toEqual(own);
  });

  it('takes candle types that are asked for by name, whether there are such or not', () => {
    const candleTypes: readonly CandleType[] = ['spot', 'mark', 'funding_rate', 'index'];
    const named = ['5m, mark', '1h, mark', '1h, funding_rate', '5m, index', '1h, index'];
    expect(keys(futures({ candleTypes }))).toEqual(named.map((run) => `BTC/USDT:USDT, ${run}`));
  });

  it('refuses to mean nothing by candle types that futures lack', () => {
    const wanted = futures({ candleTypes: ['spot'] });
    expect(() => keys(wanted)).toThrow(expect.objectContaining({ code: 'DOWNLOAD_NO_TYPES' }));
    expect(() => keys(wanted)).toThrow('futures have no candles of type spot');
  });

  it('refuses a timeframe that the exchange lacks', () => {
    const seven = ['7m'].map(parseTimeframe);
    expect(() => keys({ timeframes: seven })).toThrow('simulated has no 7m candles; it has 1m, 3m, 5m');
  });
});
