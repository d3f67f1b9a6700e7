import { strict as assert } from 'node:assert';
import { applyFrame, type Copy } from '../src/consumer/apply-frame.ts';
import { type AnyFrame, framesEqual } from '../src/frame/index.ts';
import { parsePair } from '../src/market/index.ts';
import { decodeMessage, encodeMessage } from '../src/wire/index.ts';
import { FIVE_MINUTES, analyzedFrame } from './frames/analyzed-frame.ts';
import type { Benchmark, Report } from './harness/benchmark.ts';
import { compareAll } from './harness/compare.ts';

const ROWS = 1500;
/** Rows that go in one by one before it all begins anew; the moves of full columns are part of the time. */
const APPENDED = 1500;
const MOST_MS = 0.01;

export const appendRow: Benchmark = {
  name: 'append-row',
  title: 'a row more in a frame of 1,500 rows and 60 columns',
  run: runAppendRow,
};

function runAppendRow(): Report {
  const all = analyzedFrame(ROWS + APPENDED);
  const rows = Array.from({ length: APPENDED }, (_, i) => received(all.slice(ROWS + i, ROWS + i + 1)));
  const start = received(all.head(ROWS));
  const growing = repeated(start, rows, (frame, row) => frame.append(row));
  const sliding = repeated(start, rows, (frame, row) => frame.append(row).tail(ROWS));
  const joined = repeated(copyOf(start), rows.map(copyOf), joinedTo);
  expectEnd(growing, all);
  expectEnd(sliding, all.tail(ROWS));
  const copied = { name: 'every column copied, one row longer', run: () => copiedLonger(start, rows[0]) };
  return compareAll([
    { subject: { name: 'append', run: growing }, baseline: copied, mostMs: MOST_MS, cycle: APPENDED },
    { subject: { name: 'append, then the last 1,500', run: sliding }, mostMs: MOST_MS, cycle: APPENDED },
    { subject: { name: 'the gap rule: checks, append, trim', run: joined }, mostMs: MOST_MS, cycle: APPENDED },
  ]);
}

/** As it comes from the wire: in memory of its own. */
function received(frame: AnyFrame): AnyFrame {
  const key = { pair: parsePair('BTC/USDT'), timeframe: FIVE_MINUTES, candleType: 'spot' } as const;
  const outcome = decodeMessage(encodeMessage({ type: 'analyzed_df', key, frame, lastAnalyzed: 0 }));
  assert(outcome.status === 'message' && outcome.message.type === 'analyzed_df');
  return outcome.message.frame;
}

/** Goes through the steps one a call, and begins anew after the last. */
function repeated<T, R>(start: T, steps: readonly R[], next: (state: T, step: R) => T): () => T {
  let state = start;
  let at = 0;
  return () => {
    if (at === steps.length) [state, at] = [start, 0];
    state = next(state, steps[at++]);
    return state;
  };
}

function expectEnd(run: () => AnyFrame, expected: AnyFrame): void {
  let end = run();
  for (let i = 1; i < APPENDED; i++) end = run();
  assert(framesEqual(end, expected), 'the appended rows must be where they belong');
}

const copyOf = (frame: AnyFrame): Copy => ({ frame, lastAnalyzed: 0, undetermined: new Set() });

function joinedTo(copy: Copy, row: Copy): Copy {
  const arrival = applyFrame(copy, { ...row, answers: undefined }, { timeframe: FIVE_MINUTES, maxRows: ROWS });
  if (arrival.status !== 'appended') throw new Error(`expected the row to be appended, found ${arrival.status}`);
  return arrival.copy;
}

/** What a frame that never changes costs where nothing is shared. */
function copiedLonger(frame: AnyFrame, row: AnyFrame): unknown[] {
  return frame.names.map((name) => {
    if (frame.kind(name) === 'string') return [...frame.strings(name), ...row.strings(name)];
    const [values, added] = [frame.numbers(name), row.numbers(name)];
    const longer = new Float64Array(ROWS + 1);
    if (values instanceof Float64Array) longer.set(values);
    longer[ROWS] = added[0];
    return longer;
  });
}
