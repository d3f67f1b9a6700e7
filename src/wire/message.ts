import type { AnyFrame } from '../frame/index.ts';
import type { Pair, PairKey, TimestampMs } from '../market/index.ts';
import type { EventTopic } from './topics.ts';

/** A frame of a producer: the whole of it, or its last rows. */
export interface AnalyzedFrameMessage {
  readonly type: 'analyzed_df';
  readonly key: PairKey;
  /** Without columns where the pair has no frame yet. */
  readonly frame: AnyFrame;
  /** When the analysis ended, to the microsecond; 0 where there was none. */
  readonly lastAnalyzed: TimestampMs;
  /** Only in messages that were decoded: columns whose kind is open, since all their cells are null; see `DecodedFrame`. */
  readonly undetermined?: readonly string[];
  /** Only in messages that were decoded: which row of the producer's frame comes first, where its label tells. */
  readonly firstRow?: number;
  /** Only in messages that were decoded: whether a Candlecast peer declared the columns. */
  readonly declared?: boolean;
}

/** The pairs that a producer has now, in its order; possibly none. */
export interface WhitelistMessage {
  readonly type: 'whitelist';
  readonly pairs: readonly Pair[];
}

/** The frame of this key got a candle. */
export interface NewCandleMessage {
  readonly type: 'new_candle';
  readonly key: PairKey;
}

/** A request was not served, or the producer has trouble of its own. */
export interface ExceptionMessage {
  readonly type: 'exception';
  readonly reason: string;
}

/** What a producer tells about itself and its trades. The fields stand beside `type`, as freqtrade names them. */
export interface EventMessage {
  readonly type: EventTopic;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a producer sends. */
export type Message = AnalyzedFrameMessage | WhitelistMessage | NewCandleMessage | ExceptionMessage | EventMessage;
