export {
  type ConnectOptions,
  connect,
  type ConsumerEvent,
  type FrameUpdate,
  type ProducerClient,
} from './consumer/index.ts';
export { type AnyFrame, Frame, ints, timestamps } from './frame/index.ts';
export { crossedAbove, crossedBelow } from './indicators/index.ts';
export {
  type Candle,
  type Candles,
  type CandleType,
  MarketError,
  type MarketErrorCode,
  type Pair,
  type PairKey,
  parsePair,
  parseTimeframe,
  type Timeframe,
} from './market/index.ts';
export {
  type AnyStrategy,
  type DataProvider,
  defineStrategy,
  mergeInformativePair,
  type ProducerFrame,
} from './strategy/index.ts';
export { CandlecastError } from './util/errors.ts';
