import { strict as assert } from 'node:assert';
import { type AnyFrame, framesEqual } from '../src/frame/index.ts';
import { type Candles, parsePair } from '../src/market/index.ts';
import { analyze, type AnyStrategy, KeptAnalysis, type StrategyContext } from '../src/strategy/index.ts';
import { FIVE_MINUTES, candlesOf } from './frames/analyzed-frame.ts';
import type { Benchmark, Report } from './harness/benchmark.ts';
import { formatDuration, formatRatio } from './harness/format.ts';
import { median, quantile, summarize } from './harness/statistics.ts';
import { fortyIndicators, fortyIndicatorsAndSignals } from './strategies/forty-indicators.ts';
import { noData } from '../src/testing/index.ts';

const ROWS = 1_500;
/** Candles that come one after the other, before it all begins anew. */
const CANDLES = 40;
/** From the start, a round. */
const FULL_RUNS = 5;
const ROUNDS = 60;
const MOST_RATIO = 1 / 50;

export const oneMoreCandle: Benchmark = {
  name: 'one-more-candle',
  title: 'one more candle on 1,500: a strategy of 40 indicators, going on from the candle before and from the start',
  run,
};

/** Milliseconds of each kind of work, a figure for each time. */
interface Times {
  readonly fromTheStart: number[];
  readonly goingOn: number[];
  readonly check: number[];
}

const noTimes = (): Times => ({ fromTheStart: [], goingOn: [], check: [] });

function run(): Report {
  const candles = candlesOf(ROWS + CANDLES);
  const windows = Array.from({ length: CANDLES + 1 }, (_, i) => candles.head(ROWS + i));
  const [plain, withSignals] = [fortyIndicators, fortyIndicatorsAndSignals].map((strategy) =>
    timesOf(strategy, windows),
  );
  const rows = [
    row('40 indicators, going on from the candle before', plain.goingOn, plain.fromTheStart),
    row(
      'the same and the check that nobody wrote to what is shared',
      sums(plain.goingOn, plain.check),
      plain.fromTheStart,
    ),
    row('40 indicators, from the start', plain.fromTheStart, plain.fromTheStart),
    row('with signals over all rows, going on', withSignals.goingOn, withSignals.fromTheStart),
    row('with signals over all rows, from the start', withSignals.fromTheStart, withSignals.fromTheStart),
  ];
  const found = median(ratios(plain.goingOn, plain.fromTheStart));
  return {
    tables: [{ header: ['', 'min', 'median', 'p90', 'ratio (p10 to p90)'], rows }],
    targets: [{ what: 'one more candle, against the full run', found, most: MOST_RATIO, unit: 'times' }],
    figures: { plain: summaries(plain), withSignals: summaries(withSignals) },
  };
}

/** The first rounds are for the engine to warm up. */
function timesOf(strategy: AnyStrategy, windows: readonly Candles[]): Times {
  for (let round = 0; round < ROUNDS / 4; round++) measure(strategy, windows, noTimes());
  const times = noTimes();
  for (let round = 0; round < ROUNDS; round++) measure(strategy, windows, times);
  return times;
}

/**
 * One round: 1,500 candles, then one more and one more, going on from the candle before; then the same windows from the start, as many
 * as take about as long.
 */
function measure(strategy: AnyStrategy, windows: readonly Candles[], times: Times): void {
  const kept = new KeptAnalysis();
  analyzed(strategy, windows[0], kept);
  let continued: AnyFrame | undefined;
  for (const window of windows.slice(1)) {
    const started = performance.now();
    continued = analyzed(strategy, window, kept);
    const ended = performance.now();
    assert(kept.check());
    times.check.push(performance.now() - ended);
    times.goingOn.push(ended - started);
  }
  for (const window of windows.slice(-FULL_RUNS)) {
    const started = performance.now();
    const frame = analyzed(strategy, window);
    times.fromTheStart.push(performance.now() - started);
    if (window === windows.at(-1)) assert(continued !== undefined && framesEqual(frame, continued));
  }
}

function analyzed(strategy: AnyStrategy, candles: Candles, kept?: KeptAnalysis): AnyFrame {
  const outcome = analyze(strategy, { candles, context, kept });
  assert(outcome.status === 'analyzed');
  return outcome.frame;
}

/** Of the rounds' medians, one after the other. */
function ratios(times: readonly number[], full: readonly number[]): number[] {
  const medians = (values: readonly number[]) => {
    const each = values.length / ROUNDS;
    return Array.from({ length: ROUNDS }, (_, round) => median(values.slice(round * each, (round + 1) * each)));
  };
  const below = medians(full);
  return medians(times).map((ms, round) => ms / below[round]);
}

const sums = (some: readonly number[], others: readonly number[]) => some.map((ms, i) => ms + others[i]);
const summaries = ({ fromTheStart, goingOn, check }: Times) => ({
  fromTheStart: summarize(fromTheStart),
  goingOn: summarize(goingOn),
  check: summarize(check),
});

function row(name: string, times: readonly number[], full: readonly number[]): string[] {
  const { min, median: middle, p90 } = summarize(times);
  const relative = ratios(times, full);
  const spread = `${formatRatio(median(relative))} (${formatRatio(quantile(relative, 0.1))} to ${formatRatio(quantile(relative, 0.9))})`;
  return [name, ...[min, middle, p90].map(formatDuration), times === full ? '1' : spread];
}

const context: StrategyContext<{}> = {
  pair: parsePair('BTC/USDT'),
  timeframe: FIVE_MINUTES,
  dp: noData,
  informative: {},
};
