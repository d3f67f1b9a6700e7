import type { Exchange } from '../../src/exchange/index.ts';
import { type Candle, candlesFrame, timeframeMs } from '../../src/market/index.ts';
import type { Clock } from '../../src/util/clock.ts';

/** An exchange that holds nothing: it makes the candles that are asked for. */
export function plainExchange(clock: Clock): Exchange {
  return {
    name: 'plain',
    clock,
    timeframes: [],
    endsAt: undefined,
    fetchMarkets: async () => [],
    async fetchCandles({ timeframe }, { limit, since = 0 }) {
      const step = timeframeMs(timeframe);
      const end = Math.floor(clock.now() / step) * step;
      const start = Math.max(since, end - limit * step);
      return candlesFrame(Array.from({ length: (end - start) / step }, (_, i) => candleAt(start + i * step)));
    },
    fetchTickers: async () => [],
    fetchOrderBook: async (pair) => ({ pair, time: clock.now(), bids: [], asks: [] }),
    close: async () => {},
  };
}

function candleAt(date: number): Candle {
  const open = 100 + Math.sin(date / 1e7);
  return { date, open, high: open + 1, low: open - 1, close: open + 0.5, volume: 10 };
}
