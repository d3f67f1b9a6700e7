export type { AnalyzedFrame } from './analyzed-frame.ts';
export { type CandleType, candleTypes, isCandleType, parseCandleType } from './candle-type.ts';
export { type Candle, type Candles, type CandleSchema, candleColumns, candlesFrame, noCandles } from './candles.ts';
export { fillHoles } from './fill-holes.ts';
export { MarketError, type MarketErrorCode } from './market-error.ts';
export { type Pair, baseOf, isPair, parsePair, quoteOf, settleOf } from './pair.ts';
export { type PairKey, pairKeyText } from './pair-key.ts';
export { signalFlagColumns, signalTagColumns } from './signal-columns.ts';
export {
  type Timeframe,
  type TimestampMs,
  candleOpen,
  isTimeframe,
  nextCandleOpen,
  parseTimeframe,
  timeframeMs,
} from './timeframe.ts';
