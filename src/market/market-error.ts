import { CandlecastError, type ErrorTable } from '../util/errors.ts';

/** Codes of `MarketError`. */
export const marketErrors = {
  MARKET_BAD_PAIR: {
    meaning: 'Text is not a pair.',
    remedy: 'Write BASE/QUOTE, as in BTC/USDT, or BASE/QUOTE:SETTLE for futures, as in BTC/USDT:USDT.',
  },
  MARKET_BAD_TIMEFRAME: {
    meaning: 'Text is not a timeframe.',
    remedy: 'Write a number and one of s, m, h, d, w, M, y, as in 5m, 1h, 1d, 1M.',
  },
  MARKET_BAD_CANDLE_TYPE: {
    meaning: 'Text is not a candle type.',
    remedy: 'Use one of spot, futures, mark, index, premiumIndex, funding_rate.',
  },
  MARKET_TOO_MANY_CANDLES: {
    meaning: 'Holes between candles are so long that filling them would take more memory than there is sense in.',
    remedy: 'Look at the dates for a wrong one, or drop the candles before the hole.',
  },
} as const satisfies ErrorTable;

export type MarketErrorCode = keyof typeof marketErrors;

/** What the vocabulary's parsers throw. `value` is the text at fault. */
export class MarketError extends CandlecastError<MarketErrorCode> {}
