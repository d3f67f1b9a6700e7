import type { AnyFrame } from '../frame/index.ts';
import type { PairKey } from './pair-key.ts';
import type { TimestampMs } from './timeframe.ts';

/** Candles with the columns that a strategy added, and when it did. */
export interface AnalyzedFrame {
  readonly key: PairKey;
  readonly frame: AnyFrame;
  /** When the analysis ended, to the microsecond where the producer says so; 0 where there was none yet. */
  readonly lastAnalyzed: TimestampMs;
}
