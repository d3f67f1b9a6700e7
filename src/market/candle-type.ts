import { MarketError } from './market-error.ts';

/** What a candle is made of, in freqtrade's words. */
export type CandleType = (typeof candleTypes)[number];

export const candleTypes = ['spot', 'futures', 'mark', 'index', 'premiumIndex', 'funding_rate'] as const;

/** Whether text is a candle type. */
export function isCandleType(text: string): text is CandleType {
  return (candleTypes as readonly string[]).includes(text);
}

/**
 * Text as a candle type; the empty text is `spot`, as in freqtrade.
 *
 * @throws MarketError MARKET_BAD_CANDLE_TYPE.
 */
export function parseCandleType(text: string): CandleType {
  if (text === '') return 'spot';
  if (isCandleType(text)) return text;
  const message = `"${text}" is not a candle type; expected one of ${candleTypes.join(', ')}`;
  throw new MarketError('MARKET_BAD_CANDLE_TYPE', message, { value: text });
}
