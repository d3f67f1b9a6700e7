import type { ConsumerEvent } from '../consumer/index.ts';
import type { CandleType, Pair, Timeframe, TimestampMs } from '../market/index.ts';
import type { Decision } from '../trading/index.ts';

/** Which frame, and exactly which state of it: two frames with one digest are equal to the bit. */
export interface FrameState {
  readonly pair: Pair;
  readonly timeframe: Timeframe;
  readonly candleType: CandleType;
  readonly rows: number;
  /** When the last candle opened. */
  readonly date: TimestampMs;
  readonly lastAnalyzed: TimestampMs;
  /** `digestFrame` of it; only where the bot was asked for digests. */
  readonly digest?: string;
}

/** What a bot does, as it happens. All are plain data: `--json` prints them as they are. */
export type BotEvent =
  | {
      readonly type: 'started';
      readonly bot: string;
      readonly strategy: string;
      readonly pairs: readonly Pair[];
      /** What the market's clock and the wall's showed at one moment: others can set theirs by it. */
      readonly marketMs: TimestampMs;
      readonly wallMs: TimestampMs;
    }
  /** The pairs that are worked on have changed. */
  | { readonly type: 'pairs'; readonly pairs: readonly Pair[] }
  /** Another strategy has taken the place of the one that ran. */
  | { readonly type: 'strategy'; readonly strategy: string }
  | { readonly type: 'listening'; readonly host: string; readonly port: number }
  /** A pair was analyzed. `last` is the last row, numbers and text. */
  | ({
      readonly type: 'analyzed';
      readonly newCandle: boolean;
      /** Rows sent to consumers; 0 where the bot is no producer. */
      readonly sent: number;
      readonly last: Readonly<Record<string, number | string | boolean | null>>;
    } & FrameState)
  /** A producer's frame arrived and is now the copy held here. */
  | ({ readonly type: 'copied'; readonly producer: string; readonly receivedAt: TimestampMs } & FrameState)
  | ({ readonly type: 'decision' } & Decision)
  | { readonly type: 'strategy_failed'; readonly pair: Pair; readonly code: string; readonly message: string }
  | { readonly type: 'fetch_failed'; readonly pair: Pair; readonly timeframe: Timeframe; readonly message: string }
  /** Frames that a strategy reads have become missing, stale, or live again. */
  | {
      readonly type: 'producer_frames';
      readonly producer: string;
      readonly timeframe: Timeframe;
      readonly status: 'missing' | 'stale' | 'live';
      readonly pairs: readonly Pair[];
      /** Of the first pair; undefined where they are live. */
      readonly reason?: string;
    }
  | Exclude<ConsumerEvent, { readonly type: 'update' }>
  | { readonly type: 'market_ended'; readonly date: TimestampMs }
  /** It has stopped to trade, and closes its connections next. */
  | { readonly type: 'stopping'; readonly reason: string }
  | { readonly type: 'stopped'; readonly reason: string };
