import type { AnyFrame, Frame, Schema } from '../frame/index.ts';
import type { Candles, CandleType, Pair, TimestampMs } from '../market/index.ts';
import type { ProducerColumns } from './strategy.ts';

/** Everything that a strategy may read besides its own candles. The bot implements it; tests script it. */
export interface DataProvider {
  /** Candles of a pair, of the strategy's timeframe and candle type where none are given. Empty where there are none. */
  getPairDataframe(pair: string, timeframe?: string, candleType?: CandleType): Candles;

  /** The last frame that this bot's own strategy made of a pair; no rows and `lastAnalyzed` 0 before the first. */
  getAnalyzedDataframe(pair: string, timeframe?: string): OwnAnalyzed;

  /** The pairs that this bot works on. */
  currentWhitelist(): readonly Pair[];

  /** The pairs that a producer works on; empty while it has not told. Without a name, the producer called `default`. */
  getProducerPairs(producerName?: string): readonly Pair[];

  /**
   * A producer's latest frame of a pair, with its age, or why there is none. `P` is the producer's strategy, as in
   * `getProducerDf<typeof producer>(pair)`, and makes its columns known to the type checker.
   */
  getProducerDf<P = unknown>(
    pair: string,
    options?: ProducerDfOptions<ProducerColumns<P>>,
  ): ProducerFrame<ProducerColumns<P>>;

  /** Sends text to whoever listens to this bot: freqtrade's `strategy_msg`. */
  sendMsg(text: string): void;
}

/** A frame of the bot's own. `lastAnalyzed` is when its analysis ended. */
export interface OwnAnalyzed {
  readonly frame: AnyFrame;
  readonly lastAnalyzed: TimestampMs;
}

/** Which frame of which producer. */
export interface ProducerDfOptions<S extends Schema = Schema> {
  /** The strategy's own timeframe unless given. */
  readonly timeframe?: string;
  /** The bot's own candle type unless given. */
  readonly candleType?: CandleType;
  /** `default` unless given. */
  readonly producerName?: string;
  /** Columns that must be there: the frame counts as missing without them, and the reason names them. */
  readonly columns?: readonly (keyof S & string)[];
}

/** A producer's frame that is up to date, one that is not, or none. */
export type ProducerFrame<S extends Schema = Schema> = PresentProducerFrame<S> | MissingProducerFrame;

export interface PresentProducerFrame<S extends Schema = Schema> {
  /** `stale` when a newer candle should have arrived, or the producer can't be reached. */
  readonly status: 'live' | 'stale';
  readonly frame: Frame<S>;
  /** When the producer's analysis ended, by its clock. */
  readonly lastAnalyzed: TimestampMs;
  /** When its last row arrived here. */
  readonly receivedAt: TimestampMs;
  /** Milliseconds since then. */
  readonly ageMs: number;
  /** Why it is stale. */
  readonly reason?: string;
}

export interface MissingProducerFrame {
  readonly status: 'missing';
  /** Why, in words: never received, refused, columns that lack. */
  readonly reason: string;
  /** Without columns and rows. */
  readonly frame: AnyFrame;
  readonly lastAnalyzed: 0;
}
