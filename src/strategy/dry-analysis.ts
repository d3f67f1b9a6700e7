import { emptyFrame, type Frame } from '../frame/index.ts';
import {
  type Candles,
  candleOpen,
  candlesFrame,
  nextCandleOpen,
  parsePair,
  parseTimeframe,
  type Timeframe,
} from '../market/index.ts';
import { seededRandom } from '../util/random.ts';
import { type AnalysisOutcome, analyze, analyzeInformative } from './analyze.ts';
import type { DataProvider, MissingProducerFrame } from './data-provider.ts';
import { misspeltSignals, shortStartup, unusualTimeframe } from './doubtful-settings.ts';
import { KeptAnalysis } from './kept-analysis.ts';
import type { StrategyError } from './strategy-error.ts';
import type { AnyStrategy } from './strategy.ts';

/** What a strategy does with made candles. */
export interface DryAnalysis {
  /** What a function of it did wrong, if anything. */
  readonly error: StrategyError | undefined;
  /** The producers that it asked for pairs or frames, by name. */
  readonly producers: readonly string[];
  /** What runs, and is yet hardly what was meant. */
  readonly warnings: readonly string[];
}

/** What one function made of the candles of a timeframe. */
interface DryRun {
  readonly timeframe: Timeframe;
  readonly outcome: AnalysisOutcome;
  readonly longestWarmUp: KeptAnalysis['longestWarmUp'];
}

/** Rows besides those that the indicators need first. */
const ROWS = 200;

/** A strategy that needs more is tried with these. */
const MOST_ROWS = 10_000;

/** 2026-01-15 12:00 UTC: the candles end here. */
const END_MS = 1_768_478_400_000;

const pair = parsePair('BTC/USDT');

const missing: MissingProducerFrame = {
  status: 'missing',
  reason: 'no frame was received yet',
  frame: emptyFrame,
  lastAnalyzed: 0,
};

/**
 * Runs a strategy once over made candles, a seeded walk, with what a bot has at its start: candles of every pair and timeframe, no
 * frames of its own yet, and no producer that has sent anything.
 */
export function dryAnalysis(strategy: AnyStrategy): DryAnalysis {
  const rows = Math.min(ROWS + strategy.startupCandleCount, MOST_ROWS);
  const { dp, producers } = notingDataProvider(strategy.timeframe, rows);
  const runs = [...dryRuns(strategy, rows, dp)];
  const failed = runs.flatMap(({ outcome }) => (outcome.status === 'failed' ? [outcome.error] : []));
  return { error: failed[0], producers: [...producers], warnings: warningsOf(strategy, runs) };
}

/** The informative timeframes, then the strategy's own; up to the first that fails. */
function* dryRuns(strategy: AnyStrategy, rows: number, dp: DataProvider): Generator<DryRun> {
  const informative: Record<string, Frame> = {};
  for (const timeframe of strategy.informativeTimeframes) {
    const kept = new KeptAnalysis();
    const context = { pair, timeframe, dp };
    const outcome = analyzeInformative(strategy, { candles: madeCandles(timeframe, rows), context, kept });
    yield { timeframe, outcome, longestWarmUp: kept.longestWarmUp };
    if (outcome.status === 'failed') return;
    informative[timeframe] = outcome.frame;
  }
  const { timeframe } = strategy;
  const kept = new KeptAnalysis();
  const context = { pair, timeframe, dp, informative };
  const outcome = analyze(strategy, { candles: madeCandles(timeframe, rows), context, kept });
  yield { timeframe, outcome, longestWarmUp: kept.longestWarmUp };
}

function warningsOf({ startupCandleCount }: AnyStrategy, runs: readonly DryRun[]): readonly string[] {
  const warnings = runs.flatMap(({ timeframe, outcome, longestWarmUp }) => [
    unusualTimeframe(timeframe),
    shortStartup(startupCandleCount, timeframe, longestWarmUp),
    ...(outcome.status === 'analyzed' ? misspeltSignals(outcome.frame.names) : []),
  ]);
  // A column that was merged into another frame has its name twice.
  return [...new Set(warnings.filter((warning) => warning !== undefined))];
}

function notingDataProvider(
  own: Timeframe,
  rows: number,
): { readonly dp: DataProvider; readonly producers: ReadonlySet<string> } {
  const producers = new Set<string>();
  const dp: DataProvider = {
    getPairDataframe: (_pair, timeframe = own) => madeCandles(parseTimeframe(timeframe), rows),
    getAnalyzedDataframe: () => ({ frame: emptyFrame, lastAnalyzed: 0 }),
    currentWhitelist: () => [pair],
    getProducerPairs(producerName = 'default') {
      producers.add(producerName);
      return [];
    },
    getProducerDf(_pair, { producerName = 'default' } = {}) {
      producers.add(producerName);
      return missing;
    },
    sendMsg() {},
  };
  return { dp, producers };
}

/** A walk that is the same for each timeframe in every run. */
function madeCandles(timeframe: Timeframe, rows: number): Candles {
  const random = seededRandom(timeframe);
  const end = candleOpen(END_MS, timeframe);
  let close = 100;
  return candlesFrame(
    Array.from({ length: rows }, (_, row) => {
      const open = close;
      close *= Math.exp(0.004 * random.normal());
      const date = nextCandleOpen(end, timeframe, row - rows);
      const [high, low] = [Math.max(open, close) * 1.001, Math.min(open, close) * 0.999];
      return { date, open, high, low, close, volume: 1 + random.next() };
    }),
  );
}
