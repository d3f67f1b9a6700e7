import { strict as assert } from 'node:assert';
import { type AnyFrame, type Column, Frame } from '../src/frame/index.ts';
import { mergeInformativePair } from '../src/strategy/index.ts';
import { analyzedFrame, candlesOf, later } from './frames/analyzed-frame.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { type Comparison, compareAll } from './harness/compare.ts';

const ROWS = 1000;

export const merge: Benchmark = {
  name: 'merge',
  title: 'mergeInformativePair of 1,000 rows and 60 columns into 1,000 candles',
  run: () => compareAll([sameTimeframe(), oneCandleBehind(), hourly()]),
};

function sameTimeframe(): Comparison {
  const [candles, informative] = [candlesOf(ROWS), analyzedFrame(ROWS)];
  const options = { timeframe: '5m', informativeTimeframe: '5m', suffix: 'default' };
  return { ...mergeComparison('5m into 5m', candles, informative, options), mostMs: 0.05 };
}

/** The newest candle is there and the producer's row of it is not, so columns cannot be shared. */
function oneCandleBehind(): Comparison {
  const [candles, informative] = [later(candlesOf(ROWS), 1), analyzedFrame(ROWS)];
  const options = { timeframe: '5m', informativeTimeframe: '5m', suffix: 'default' };
  return mergeComparison('5m into 5m, one candle behind', candles, informative, options);
}

function hourly(): Comparison {
  const informative = analyzedFrame(ROWS, { timeframe: '1h' });
  // The last of the hours, so that the candles lie within what the informative frame covers.
  const candles = later(candlesOf(ROWS), 11 * ROWS);
  return mergeComparison('1h into 5m', candles, informative, { timeframe: '5m', informativeTimeframe: '1h' });
}

interface Options {
  readonly timeframe: string;
  readonly informativeTimeframe: string;
  readonly suffix?: string;
}

function mergeComparison(name: string, frame: AnyFrame, informative: AnyFrame, options: Options): Comparison {
  const run = () => mergeInformativePair(frame, informative, options);
  const merged = run();
  const ending = options.suffix ?? options.informativeTimeframe;
  assert.equal(merged.names.length, frame.names.length + informative.names.length);
  assert(!Number.isNaN(merged.numbers(`close_${ending}`)[ROWS - 1]), 'the last row must have a match');
  return { subject: { name, run }, baseline: { name: 'a new array a column, copied', run: () => copied(merged) } };
}

/** The least that a merge costs which shares nothing: as many columns as it makes, copied whole. */
function copied(merged: AnyFrame): AnyFrame {
  return Frame.fromColumns(merged.names.map((name): [string, Column] => [name, copyOf(merged.column(name))]));
}
