import { strict as assert } from 'node:assert';
import type { AnyFrame } from '../src/frame/index.ts';
import { mergeInformativePair } from '../src/strategy/index.ts';
import { analyzedFrame, candlesOf, later } from './frames/analyzed-frame.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { type Comparison, compareAll } from './harness/compare.ts';

const ROWS = 1000;

export const merge: Benchmark = {
  name: 'merge',
  title: 'mergeInformativePair of 1,000 rows and 60 columns into 1,000 candles',
  run: () => compareAll([sameTimeframe(), ...oneCandleBehind(), ...hourly()]),
};

function sameTimeframe(): Comparison {
  const [candles, informative] = [candlesOf(ROWS), analyzedFrame(ROWS)];
  const options = { timeframe: '5m', informativeTimeframe: '5m', suffix: 'default' } as const;
  return { ...mergeComparison('5m into 5m', candles, informative, options), mostMs: 0.05 };
}

/** The newest candle is there and the producer's row of it is not, so columns cannot be shared: each is made when it is read. */
function oneCandleBehind(): Comparison[] {
  const [candles, informative] = [later(candlesOf(ROWS), 1), analyzedFrame(ROWS)];
  const options = { timeframe: '5m', informativeTimeframe: '5m', suffix: 'default' } as const;
  return bothReadings('5m into 5m, one candle behind', candles, informative, options);
}

function hourly(): Comparison[] {
  const informative = analyzedFrame(ROWS, { timeframe: '1h' });
  // The last of the hours, so that the candles lie within what the informative frame covers.
  const candles = later(candlesOf(ROWS), 11 * ROWS);
  return bothReadings('1h into 5m', candles, informative, { timeframe: '5m', informativeTimeframe: '1h' });
}

interface Options {
  readonly timeframe: '5m';
  readonly informativeTimeframe: '5m' | '1h';
  readonly suffix?: string;
}

/** What a strategy that reads three columns pays, and one that reads all, which is the fair match for a loop that makes all. */
function bothReadings(name: string, frame: AnyFrame, informative: AnyFrame, options: Options): Comparison[] {
  const { baseline } = mergeComparison(name, frame, informative, options);
  const reading = (most: number) => () => {
    const merged: AnyFrame = mergeInformativePair(frame, informative, options);
    return merged.names.slice(-most).map((column) => merged.column(column).values);
  };
  return [
    { subject: { name: `${name}, 3 columns read`, run: reading(3) } },
    { subject: { name: `${name}, all columns read`, run: reading(60) }, ...(baseline ? { baseline } : {}) },
  ];
}

function mergeComparison(name: string, frame: AnyFrame, informative: AnyFrame, options: Options): Comparison {
  const run = () => mergeInformativePair(frame, informative, options);
  const shift = options.informativeTimeframe === '1h' ? 55 * 60_000 : 0;
  const [own, other] = [plainTable(frame), plainTable(informative)];
  const plain = () => mergePlain(own, other, shift);
  const ending = options.suffix ?? options.informativeTimeframe;
  expectSameValues(run(), plain(), ending);
  return { subject: { name, run }, baseline: { name: 'a loop over plain arrays', run: plain } };
}

/** Columns by name as ordinary code has them. */
interface PlainTable {
  readonly dates: Float64Array;
  readonly columns: ReadonlyMap<string, Float64Array | readonly (string | null)[]>;
}

function plainTable(frame: AnyFrame): PlainTable {
  const column = (name: string) =>
    frame.kind(name) === 'string' ? [...frame.strings(name)] : Float64Array.from(frame.numbers(name));
  return {
    dates: Float64Array.from(frame.numbers('date')),
    columns: new Map(frame.names.map((name) => [name, column(name)])),
  };
}

/** The same values the ordinary way: dates in a Map, the last match carried forward, a new array a column. */
function mergePlain({ dates }: PlainTable, informative: PlainTable, shift: number): PlainTable['columns'] {
  const places = new Map<number, number>();
  for (let row = 0; row < informative.dates.length; row++) places.set(informative.dates[row] + shift, row);
  const rows = new Int32Array(dates.length).fill(-1);
  let match = informative.dates.findLastIndex((date) => date + shift <= dates[0]);
  for (let row = 0; row < rows.length; row++) {
    match = places.get(dates[row]) ?? match;
    rows[row] = match;
  }
  const merged = new Map<string, Float64Array | readonly (string | null)[]>();
  for (const [name, values] of informative.columns) {
    if (values instanceof Float64Array) {
      const target = new Float64Array(rows.length);
      for (let row = 0; row < rows.length; row++) target[row] = rows[row] === -1 ? Number.NaN : values[rows[row]];
      merged.set(name, target);
    } else
      merged.set(
        name,
        Array.from(rows, (row) => (row === -1 ? null : values[row])),
      );
  }
  return merged;
}

function expectSameValues(merged: AnyFrame, plain: PlainTable['columns'], ending: string): void {
  for (const [name, values] of plain) {
    const column = merged.column(`${name}_${ending}`);
    const differs = Array.from({ length: ROWS }, (_, row) => Object.is(values[row], column.cell(row))).indexOf(false);
    assert.equal(differs, -1, `both must give the same values; ${name} differs`);
  }
  assert(!Number.isNaN(merged.numbers(`close_${ending}`)[ROWS - 1]), 'the last row must have a match');
}
