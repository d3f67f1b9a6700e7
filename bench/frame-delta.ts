import { strict as assert } from 'node:assert';
import { applyDelta } from '../src/frame/apply-delta.ts';
import { type AnyFrame, framesEqual } from '../src/frame/index.ts';
import { type FrameDelta, type HashedFrame, frameDelta, hashedFrame } from '../src/frame/frame-delta.ts';
import type { HaveSameBytes } from '../src/frame/differing-rows.ts';
import { hashRows } from '../src/frame/window-hash.ts';
import { analyzedFrame } from './frames/analyzed-frame.ts';
import type { Benchmark, Report } from './harness/benchmark.ts';
import { type Comparison, compareAll } from './harness/compare.ts';

const WINDOWS = [300, 1500, 6000];
/** Candles that come one by one before it all begins anew; the moves of full columns are part of the time. */
const CANDLES = 1500;
const MOST_MS = { row: 0.002, window: 1, delta: 0.02 };

export const frameDeltas: Benchmark = {
  name: 'frame-delta',
  title: 'one more candle in a window of 60 columns: what changed, proved equal',
  run: runFrameDeltas,
};

function runFrameDeltas(): Report {
  const all = analyzedFrame(Math.max(...WINDOWS) + CANDLES);
  return compareAll([
    ...WINDOWS.flatMap((rows) => oneMoreCandle(all, rows)),
    ...hashes(all),
    ...otherChanges(all.head(1500)),
  ]);
}

interface Step {
  readonly before: HashedFrame;
  readonly frame: AnyFrame;
  readonly delta: FrameDelta;
}

/** The window slides by a row: what the producer does where frames share memory, and what each consumer does. */
function oneMoreCandle(all: AnyFrame, rows: number): Comparison[] {
  const windows = Array.from({ length: CANDLES + 1 }, (_, at) => hashedFrame(all.slice(at, at + rows)));
  const steps = windows.slice(1).map(({ frame }, at) => stepOf(windows[at], frame));
  const start = copyOf(windows[0]);
  const whole = () => hashRows(windows[0].frame);
  let copy = start;
  let at = 0;
  const find = () => {
    const { before, frame } = steps[at++ % CANDLES];
    return frameDelta(before, frame, 'date', haveSameBytes);
  };
  let applied = 0;
  const apply = () => {
    if (applied === CANDLES) [copy, applied] = [start, 0];
    copy = afterwards(copy, steps[applied++].delta);
    return copy;
  };
  for (let i = 0; i < CANDLES; i++) apply();
  assert(framesEqual(copy.frame, windows[CANDLES].frame), 'the copy must be the window');
  return [
    {
      subject: { name: `frameDelta, ${rows} rows`, run: find },
      baseline: { name: `hash of all ${rows} rows`, run: whole },
      mostMs: MOST_MS.delta,
      cycle: CANDLES,
    },
    { subject: { name: `applyDelta, ${rows} rows`, run: apply }, mostMs: MOST_MS.delta, cycle: CANDLES },
  ];
}

function hashes(all: AnyFrame): Comparison[] {
  let row = 0;
  const next = () => {
    row = (row + 1) % all.length;
    return hashRows(all, row, row + 1);
  };
  return [
    { subject: { name: 'hash of a row', run: next }, mostMs: MOST_MS.row },
    { subject: { name: 'hash of 1,500 rows', run: () => hashRows(all, 0, 1500) }, mostMs: MOST_MS.window },
  ];
}

/** As a producer in Node does. */
const haveSameBytes: HaveSameBytes = (left, leftAt, right, rightAt, length) =>
  Buffer.prototype.compare.call(left, right, rightAt, rightAt + length, leftAt, leftAt + length) === 0;

/** Where frames share nothing, the last row is another, cells or a column are repainted. All in 1,500 rows. */
function otherChanges(frame: AnyFrame): Comparison[] {
  const before = hashedFrame(frame);
  const [apart, last, cell, column] = [
    ownMemory(frame),
    frame.slice(0, -1).append(analyzedFrame(1, { seed: 'another' }).with({ date: frame.slice(-1).column('date') })),
    frame.with({ rsi_14: Float64Array.from(frame.numbers('rsi_14')).with(700, 50) }),
    frame.with({ rsi_14: Float64Array.from(frame.numbers('rsi_14'), (value) => value + 1) }),
  ];
  const both = (name: string, after: AnyFrame): Comparison[] => {
    const { delta } = stepOf(before, after);
    return [
      { subject: { name: `frameDelta: ${name}`, run: () => frameDelta(before, after, 'date', haveSameBytes) } },
      { subject: { name: `applyDelta: ${name}`, run: () => afterwards(before, delta) } },
    ];
  };
  return [
    {
      subject: {
        name: 'frameDelta: nothing new, nothing shared',
        run: () => frameDelta(before, apart, 'date', haveSameBytes),
      },
      baseline: { name: 'the same, compared by a loop', run: () => frameDelta(before, apart) },
    },
    ...both('the last row replaced, nothing shared', ownMemory(last)),
    ...both('one cell repainted', cell),
    ...both('a column repainted', column),
  ];
}

function stepOf(before: HashedFrame, frame: AnyFrame): Step {
  const made = frameDelta(before, frame);
  assert(made !== undefined);
  return { before, frame, delta: made.delta };
}

function afterwards(held: HashedFrame, delta: FrameDelta): HashedFrame {
  const outcome = applyDelta(held, delta);
  assert(outcome.status === 'applied');
  return outcome.frame;
}

const copyOf = ({ frame, hash }: HashedFrame): HashedFrame => ({ frame: ownMemory(frame), hash });

/** The frame in memory of its own, all of it read. */
function ownMemory(frame: AnyFrame): AnyFrame {
  const own = frame.detached();
  assert(framesEqual(own, frame));
  return own;
}
