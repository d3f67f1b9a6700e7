import { type AnyFrame, digestFrame } from '../frame/index.ts';
import type { AnalyzedFrame, Candles, Pair, PairKey, TimestampMs } from '../market/index.ts';
import {
  analyze,
  analyzeInformative,
  type AnyStrategy,
  type KeptAnalysis,
  type StrategyError,
} from '../strategy/index.ts';
import type { BotDataProvider, ProducerRead } from './bot-data-provider.ts';
import type { FrameState } from './bot-event.ts';

/** One pair's analysis: its frame, the informative ones, and which producers' frames it was made of. */
export type PairAnalysis =
  | {
      readonly status: 'analyzed';
      readonly main: AnalyzedFrame;
      readonly informative: readonly AnalyzedFrame[];
      readonly reads: readonly ProducerRead[];
    }
  | { readonly status: 'failed'; readonly error: StrategyError; readonly reads: readonly ProducerRead[] };

/** Runs a strategy over one pair's candles, its informative timeframes first. */
export function analyzePair(
  strategy: AnyStrategy,
  options: {
    readonly key: PairKey;
    readonly candles: (key: PairKey) => Candles;
    readonly dp: BotDataProvider;
    readonly now: () => TimestampMs;
    /** What to go on from for a key, if there is anything. */
    readonly kept: (key: PairKey) => KeptAnalysis | undefined;
  },
): PairAnalysis {
  const { key, candles, dp, now, kept } = options;
  const { pair } = key;
  const { result, reads } = dp.recordingReads(() => {
    const informative: AnalyzedFrame[] = [];
    for (const timeframe of strategy.informativeTimeframes) {
      const informativeKey = { ...key, timeframe };
      const outcome = analyzeInformative(strategy, {
        candles: candles(informativeKey),
        context: { pair, timeframe, dp },
        kept: kept(informativeKey),
      });
      if (outcome.status === 'failed') return outcome;
      informative.push({ key: informativeKey, frame: outcome.frame, lastAnalyzed: now() });
    }
    const frames = Object.fromEntries(informative.map(({ key: { timeframe }, frame }) => [timeframe, frame]));
    const outcome = analyze(strategy, {
      candles: candles(key),
      context: { pair, timeframe: key.timeframe, dp, informative: frames },
      kept: kept(key),
    });
    if (outcome.status === 'failed') return outcome;
    return { status: 'analyzed' as const, main: { key, frame: outcome.frame, lastAnalyzed: now() }, informative };
  });
  return { ...result, reads };
}

/** What tells one state of a frame from another. */
export function frameState(analyzed: AnalyzedFrame, options: { readonly digest: boolean }): FrameState {
  const { key, frame, lastAnalyzed } = analyzed;
  const dates = frame.kind('date') === 'timestamp' ? frame.numbers('date') : [];
  return {
    ...key,
    rows: frame.length,
    date: dates[dates.length - 1] ?? 0,
    lastAnalyzed,
    ...(options.digest ? { digest: digestFrame(frame) } : {}),
  };
}

/** The last row as plain data: NaN and infinities, which JSON lacks, as null, large integers as text. */
export function lastRow(frame: AnyFrame): Readonly<Record<string, number | string | boolean | null>> {
  const row = frame.row(frame.length - 1) ?? {};
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (typeof value === 'bigint') return [name, value.toString()];
      return [name, typeof value === 'number' && !Number.isFinite(value) ? null : value];
    }),
  );
}

/** Pairs in the order in which their work became due, each once. */
export class PairQueue {
  readonly #due = new Map<Pair, { newCandle: boolean }>();

  /** A pair that is already in it keeps its place, and stays one with a new candle. */
  add(pair: Pair, { newCandle }: { readonly newCandle: boolean }): void {
    const known = this.#due.get(pair);
    if (known === undefined) this.#due.set(pair, { newCandle });
    else known.newCandle ||= newCandle;
  }

  take(): { readonly pair: Pair; readonly newCandle: boolean } | undefined {
    for (const [pair, { newCandle }] of this.#due) {
      this.#due.delete(pair);
      return { pair, newCandle };
    }
    return undefined;
  }
}
