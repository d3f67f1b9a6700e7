/* oxlint-disable typescript/no-unsafe-type-assertion -- a column's kind says which values it holds, which the type checker cannot follow */
import { type AnyFrame, type CellValue, Column, type ColumnKind, Frame, firstDifference } from 'candlecast/frame';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDelta } from '../../src/frame/apply-delta.ts';
import {
  type ColumnPatch,
  type FrameDelta,
  type HashedFrame,
  frameDelta,
  hashedFrame,
} from '../../src/frame/frame-delta.ts';
import type { HaveSameBytes } from '../../src/frame/differing-rows.ts';
import { hashRows } from '../../src/frame/window-hash.ts';
import { type Random, seededRandom } from '../../src/util/random.ts';
import { columnOf, kinds, someCells } from './frame-model.ts';

/** A window as plain rows: a time, and a cell of each column besides it. */
interface Row {
  readonly time: number;
  readonly cells: readonly CellValue[];
}

type Rows = readonly Row[];

const MINUTE = 60_000;

/** What happens to a window from one state to the next. Numbers are taken modulo what there is. */
type Change =
  | { readonly do: 'new rows'; readonly rows: number; readonly apart: number }
  | { readonly do: 'last row replaced' }
  | { readonly do: 'dropped'; readonly rows: number }
  | { readonly do: 'repainted'; readonly cells: number }
  | { readonly do: 'column repainted'; readonly column: number }
  | { readonly do: 'last rows repainted'; readonly rows: number }
  | { readonly do: 'put in'; readonly at: number }
  | { readonly do: 'taken out'; readonly at: number; readonly rows: number };

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('new rows'),
      rows: fc.integer({ min: 1, max: 3 }),
      apart: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('last row replaced') }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('dropped'), rows: fc.oneof(fc.constant(1), fc.nat(40)) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('repainted'), cells: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('column repainted'), column: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('last rows repainted'), rows: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('put in'), at: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('taken out'), at: fc.nat(), rows: fc.integer({ min: 1, max: 2 }) }),
  },
);

function changed(rows: Rows, change: Change, columns: readonly ColumnKind[], random: Random): Rows {
  const some = (kind: ColumnKind) => someCells(kind, 1, random.below(2 ** 32))[0];
  const rowAt = (time: number): Row => ({ time, cells: columns.map(some) });
  const repaint = (row: Row, column: number): Row => ({ ...row, cells: row.cells.with(column, some(columns[column])) });
  switch (change.do) {
    case 'new rows': {
      const last = rows.at(-1)?.time ?? 0;
      const added = Array.from({ length: change.rows }, (_, i) => rowAt(last + (change.apart + i) * MINUTE));
      return [...rows, ...added];
    }
    case 'last row replaced':
      return rows.length === 0 ? rows : [...rows.slice(0, -1), rowAt(rows[rows.length - 1].time)];
    case 'dropped':
      return rows.slice(change.rows);
    case 'repainted': {
      if (rows.length === 0 || columns.length === 0) return rows;
      const next = [...rows];
      for (let i = 0; i < change.cells; i++) {
        const row = random.below(rows.length);
        next[row] = repaint(next[row], random.below(columns.length));
      }
      return next;
    }
    case 'column repainted':
      return columns.length === 0 ? rows : rows.map((row) => repaint(row, change.column % columns.length));
    case 'last rows repainted':
      return rows.map((row, at) => (at < rows.length - change.rows ? row : rowAt(row.time)));
    case 'put in': {
      const at = change.at % (rows.length + 1);
      const time = at === 0 ? (rows[0]?.time ?? MINUTE) - MINUTE : rows[at - 1].time + 1000;
      return time === rows[at]?.time ? rows : rows.toSpliced(at, 0, rowAt(time));
    }
    case 'taken out':
    default:
      return rows.toSpliced(change.at % (rows.length + 1), change.rows);
  }
}

interface History {
  readonly columns: readonly ColumnKind[];
  readonly place: number;
  readonly rows: number;
  readonly states: readonly (readonly Change[])[];
  readonly seed: number;
}

const histories: fc.Arbitrary<History> = fc.record({
  columns: fc.array(fc.constantFrom(...kinds), { maxLength: 6 }),
  place: fc.nat(6),
  rows: fc.oneof(fc.nat(30), fc.constantFrom(63, 64, 65, 300)),
  states: fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 }),
  seed: fc.nat(),
});

/** A window's frame: the times at some place among the columns. */
function frameOf(rows: Rows, { columns, place }: History): AnyFrame {
  const entries = columns.map((kind, i): [string, Column] => [
    `c${i}`,
    columnOf(
      kind,
      rows.map(({ cells }) => cells[i]),
    ),
  ]);
  const times = columnOf(
    'timestamp',
    rows.map(({ time }) => time),
  );
  return Frame.fromColumns(entries.toSpliced(Math.min(place, entries.length), 0, ['date', times]));
}

/** The same, of columns that begin with the memory of the frame before wherever that has the same values. */
function grownFrame(rows: Rows, history: History, before: { readonly frame: AnyFrame; readonly rows: Rows }): AnyFrame {
  const fresh = frameOf(rows, history);
  const dropped = before.rows.findIndex(({ time }) => time === rows[0]?.time);
  if (dropped === -1) return fresh;
  const most = Math.min(rows.length, before.rows.length - dropped);
  const entries = fresh.names.map((name): [string, Column] => {
    const [old, now] = [before.frame.column(name), fresh.column(name)];
    let same = 0;
    while (same < most && Object.is(old.cell(dropped + same), now.cell(same))) same++;
    return [name, old.slice(dropped, dropped + same).append(now.slice(same, now.length))];
  });
  return Frame.fromColumns(entries);
}

interface State {
  readonly rows: Rows;
  readonly frame: AnyFrame;
}

/** All states of a history; some of them share memory with the one before, others have their own. */
function statesOf(history: History): State[] {
  const random = seededRandom(history.seed);
  const first: Rows = Array.from({ length: history.rows }, (_, row) => ({
    time: row * MINUTE,
    cells: history.columns.map((kind) => someCells(kind, 1, random.below(2 ** 32))[0]),
  }));
  const states = [{ rows: first, frame: frameOf(first, history) }];
  for (const changes of history.states) {
    const before = states[states.length - 1];
    const rows = changes.reduce((rows, change) => changed(rows, change, history.columns, random), before.rows);
    const frame = random.next() < 0.7 ? grownFrame(rows, history, before) : frameOf(rows, history);
    states.push({ rows, frame });
  }
  return states;
}

/** What a delta takes when it is sent: 8 bytes a number, 1 a truth value, 12 a text; 6 a patch and 4 for each of its rows. */
const cellBytes: Readonly<Record<ColumnKind, number>> = {
  float64: 8,
  timestamp: 8,
  int: 8,
  int64: 8,
  bool: 1,
  string: 12,
};

function bytesOf(frame: AnyFrame): number {
  return frame.length * Object.values(frame.schema).reduce((bytes, kind) => bytes + cellBytes[kind], 0);
}

function deltaBytes({ changed, patches }: FrameDelta): number {
  return (
    bytesOf(changed) +
    patches.reduce((bytes, { rows, values }) => bytes + 6 + rows.length * (4 + cellBytes[values.kind]), 0)
  );
}

/** The fewest bytes of any delta from one window to another, found by trying how many rows stay. */
function fewestBytes(before: State, after: State): number {
  const rowBytes = bytesOf(after.frame) / Math.max(1, after.rows.length);
  let fewest = Infinity;
  for (let kept = 1; kept <= after.rows.length; kept++) {
    const next = after.rows.at(kept);
    const older = next === undefined ? before.rows : before.rows.filter(({ time }) => time < next.time);
    const start = older.length - kept;
    const areSameTimes = after.rows.slice(0, kept).every(({ time }, row) => time === older[start + row]?.time);
    if (start < 0 || !areSameTimes) continue;
    let bytes = (after.rows.length - kept) * rowBytes;
    for (const [column, values] of after.frame.names.filter((name) => name !== 'date').entries()) {
      const kind = after.frame.kind(values) ?? 'float64';
      const cells = after.rows
        .slice(0, kept)
        .filter(({ cells }, row) => !Object.is(cells[column], older[start + row].cells[column]));
      if (cells.length > 0) bytes += 6 + cells.length * (4 + cellBytes[kind]);
    }
    fewest = Math.min(fewest, bytes);
  }
  return fewest;
}

const haveSameBytes: HaveSameBytes = (left, leftAt, right, rightAt, length) =>
  Buffer.prototype.compare.call(left, right, rightAt, rightAt + length, leftAt, leftAt + length) === 0;

function expectApplied(held: HashedFrame, delta: FrameDelta, frame: AnyFrame): HashedFrame {
  const outcome = applyDelta(held, delta);
  expect(outcome.status).toBe('applied');
  if (outcome.status !== 'applied') throw new Error(outcome.status);
  expect(firstDifference(outcome.frame.frame, frame)).toBeUndefined();
  return outcome.frame;
}

describe('a delta', () => {
  it('takes a copy from each state to the next, to the bit, and changes none of the copies before', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const states = statesOf(history);
        let held = hashedFrame(frameOf(states[0].rows, history));
        let sent = hashedFrame(states[0].frame);
        const sameBytes = history.seed % 2 === 0 ? haveSameBytes : undefined;
        const copies = [held];
        for (const { frame } of states.slice(1)) {
          const made = frameDelta(sent, frame, 'date', sameBytes);
          sent = made?.after ?? hashedFrame(frame);
          expect(sent.hash).toEqual(hashRows(frame));
          held = made === undefined ? hashedFrame(frame.detached()) : expectApplied(held, made.delta, frame);
          expect(held.hash).toEqual(sent.hash);
          copies.push(held);
        }
        for (const [i, { rows }] of states.entries()) {
          expect(firstDifference(states[i].frame, frameOf(rows, history))).toBeUndefined();
          expect(firstDifference(copies[i].frame, states[i].frame)).toBeUndefined();
        }
      }),
      { numRuns: 400 },
    );
  });

  it('takes a copy from any state to any other, and by way of any', () => {
    fc.assert(
      fc.property(histories, fc.nat(), fc.nat(), fc.nat(), (history, from, by, to) => {
        const states = statesOf(history).map(({ frame }) => hashedFrame(frame));
        const [a, b, c] = [from, by, to].map((at) => states[at % states.length]);
        const [ab, bc, ac] = [frameDelta(a, b.frame), frameDelta(b, c.frame), frameDelta(a, c.frame)];
        const held = { frame: a.frame.detached(), hash: a.hash };
        const direct = ac && expectApplied(held, ac.delta, c.frame);
        if (ab === undefined || bc === undefined) return;
        const stepwise = expectApplied(expectApplied(held, ab.delta, b.frame), bc.delta, c.frame);
        if (direct !== undefined) expect(stepwise.hash).toEqual(direct.hash);
      }),
      { numRuns: 300 },
    );
  });

  it('is the shortest that there is, and left out where the whole frame is as short', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const states = statesOf({ ...history, rows: history.rows % 66 });
        for (const [i, after] of states.slice(1).entries()) {
          const made = frameDelta(hashedFrame(states[i].frame), after.frame);
          const fewest = fewestBytes(states[i], after);
          if (after.rows.length === 0) expect(made?.delta.rows).toBe(0);
          else if (made === undefined) expect(fewest).toBeGreaterThan(bytesOf(after.frame));
          else expect(deltaBytes(made.delta)).toBe(fewest);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is never taken for a window of another state, whichever copy it is applied to', () => {
    const outcomes = { applied: 0, refused: 0, mismatch: 0 };
    fc.assert(
      fc.property(histories, (history) => {
        const states = statesOf(history);
        const hashed = states.map(({ frame }) => hashedFrame(frame));
        for (const [i, { frame }] of states.slice(1).entries()) {
          const made = frameDelta(hashed[i], frame);
          if (made === undefined) continue;
          for (const base of hashed) {
            const outcome = applyDelta(base, made.delta);
            outcomes[outcome.status]++;
            if (outcome.status === 'applied') expect(firstDifference(outcome.frame.frame, frame)).toBeUndefined();
          }
        }
      }),
      { numRuns: 200 },
    );
    // All of them happen, and often.
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(100);
  });
});

/* Deliberate faults: each makes a delta wrong in its way, or undefined where there is nothing to do it to. */

type Fault = (delta: FrameDelta, random: Random) => FrameDelta | undefined;

/** Every number of a delta through `change`; undefined where it changed none. */
function withNumbers(delta: FrameDelta, change: (value: number) => number): FrameDelta | undefined {
  let isChanged = false;
  const through = (column: Column): Column => {
    if (column.kind !== 'float64') return column;
    const values = Float64Array.from(column.values as ArrayLike<number>, change);
    isChanged ||= values.some((value, row) => !Object.is(value, column.cell(row)));
    return Column.adopt('float64', values);
  };
  const entries = delta.changed.names.map((name): [string, Column] => [name, through(delta.changed.column(name))]);
  const patches = delta.patches.map((patch) => ({ ...patch, values: through(patch.values) }));
  return isChanged ? { ...delta, changed: Frame.fromColumns(entries), patches } : undefined;
}

function withPatch(delta: FrameDelta, random: Random, change: (patch: ColumnPatch) => ColumnPatch | undefined) {
  const { patches } = delta;
  if (patches.length === 0) return undefined;
  const at = random.below(patches.length);
  const next = change(patches[at]);
  return next && { ...delta, patches: patches.with(at, next) };
}

/** The number that a NaN's bits are read as by one who takes its exponent for another's. */
const NAN_AS_NUMBER = 1.5;

const faults: Readonly<Record<string, Fault>> = {
  'a patch is lost': (delta, random) =>
    delta.patches.length === 0
      ? undefined
      : { ...delta, patches: delta.patches.toSpliced(random.below(delta.patches.length), 1) },
  'a cell of a patch is lost': (delta, random) =>
    withPatch(delta, random, ({ column, rows, values }) => ({
      column,
      rows: rows.subarray(1),
      values: values.slice(1, values.length),
    })),
  'a patch goes to the row before': (delta, random) =>
    withPatch(delta, random, ({ column, rows, values }) => ({ column, rows: rows.map((row) => row - 1), values })),
  'rows are out of order': (delta) => {
    const { changed } = delta;
    if (changed.length < 2) return undefined;
    return { ...delta, changed: changed.slice(1).append(changed.slice(0, 1)) };
  },
  'cells are out of order, times are not': (delta) => {
    const { changed } = delta;
    if (changed.length < 2) return undefined;
    const rotated = changed
      .slice(1)
      .append(changed.slice(0, 1))
      .with({ date: changed.column('date') });
    return firstDifference(rotated, changed) === undefined ? undefined : { ...delta, changed: rotated };
  },
  'rows of a patch are out of order': (delta, random) =>
    withPatch(delta, random, ({ column, rows, values }) =>
      rows.length < 2 ? undefined : { column, rows: rows.toReversed(), values },
    ),
  'one row more is dropped': (delta) => ({ ...delta, rows: delta.rows - 1 }),
  'one row fewer is dropped': (delta) => ({ ...delta, rows: delta.rows + 1 }),
  'the newest row is lost': (delta) =>
    delta.changed.length === 0 ? undefined : { ...delta, changed: delta.changed.slice(0, -1), rows: delta.rows - 1 },
  'NaN is read as a number': (delta) => withNumbers(delta, (value) => (Number.isNaN(value) ? NAN_AS_NUMBER : value)),
  'a number is read as NaN': (delta) => withNumbers(delta, (value) => (value > 1 ? Number.NaN : value)),
  '-0 is read as 0': (delta) => withNumbers(delta, (value) => (value === 0 ? 0 : value)),
  '0 is read as -0': (delta) => withNumbers(delta, (value) => (value === 0 ? -0 : value)),
  'the last bits of numbers are lost': (delta) => withNumbers(delta, Math.fround),
  'a column is another': (delta, random) =>
    withPatch(delta, random, ({ column, rows, values }) => ({ column: column + 1, rows, values })),
};

describe('a faulty delta', () => {
  for (const [name, fault] of Object.entries(faults)) {
    it(`is caught where ${name}`, () => {
      let caught = 0;
      fc.assert(
        fc.property(histories, fc.nat(), (history, seed) => {
          const states = statesOf(history);
          const hashed = states.map(({ frame }) => hashedFrame(frame));
          for (const [i, { frame }] of states.slice(1).entries()) {
            const made = frameDelta(hashed[i], frame);
            const wrong = made && fault(made.delta, seededRandom(seed + i));
            if (wrong === undefined) continue;
            expect(applyDelta(hashed[i], wrong).status).not.toBe('applied');
            caught++;
          }
        }),
        { numRuns: 120 },
      );
      expect(caught).toBeGreaterThan(5);
    });
  }

  it('is caught where one is lost, comes twice or overtakes another', () => {
    const outcomes = { applied: 0, refused: 0, mismatch: 0 };
    fc.assert(
      fc.property(histories, (history) => {
        const hashed = statesOf(history).map(({ frame }) => hashedFrame(frame));
        for (let i = 0; i + 2 < hashed.length; i++) {
          const [first, second] = [
            frameDelta(hashed[i], hashed[i + 1].frame),
            frameDelta(hashed[i + 1], hashed[i + 2].frame),
          ];
          if (first === undefined || second === undefined) continue;
          const twice = applyDelta(first.after, first.delta);
          const overtaken = applyDelta(hashed[i], second.delta);
          // What is taken all the same is right: a delta's values are absolute.
          if (twice.status === 'applied')
            expect(firstDifference(twice.frame.frame, hashed[i + 1].frame)).toBeUndefined();
          if (overtaken.status === 'applied')
            expect(firstDifference(overtaken.frame.frame, hashed[i + 2].frame)).toBeUndefined();
          outcomes[overtaken.status]++;
        }
      }),
      { numRuns: 200 },
    );
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(10);
  });

  it('never makes it throw, whatever it holds, nor changes what is held', () => {
    const anything = fc.oneof(fc.integer({ min: -2, max: 40 }), fc.double(), fc.nat({ max: 2 ** 32 - 1 }));
    const patches = fc.array(
      fc.record({
        column: anything,
        rows: fc.uint32Array({ maxLength: 4, max: 40 }),
        kind: fc.constantFrom(...kinds),
        cells: fc.nat(4),
      }),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(
        histories,
        anything,
        fc.array(anything, { maxLength: 4 }),
        patches,
        (history, rows, times, patches) => {
          const [{ rows: content, frame }] = statesOf(history);
          const held = hashedFrame(frame);
          const changed = frameOf(
            times.map((time) => ({
              time: time * MINUTE,
              cells: history.columns.map((kind) => someCells(kind, 1, 1)[0]),
            })),
            history,
          );
          const delta: FrameDelta = {
            rows,
            hash: held.hash,
            changed,
            patches: patches.map(({ column, rows, kind, cells }) => ({
              column,
              rows,
              values: columnOf(kind, someCells(kind, cells, 7)),
            })),
          };
          const outcome = applyDelta(held, delta);
          if (outcome.status === 'applied') expect(firstDifference(outcome.frame.frame, frame)).toBeUndefined();
          expect(firstDifference(frame, frameOf(content, history))).toBeUndefined();
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('NaNs of any bits', () => {
  it('are one value: no cell is sent for them, and no hash changes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 1n, max: 2n ** 51n - 1n }), { minLength: 1, maxLength: 300 }),
        fc.boolean(),
        (bits, isNegative) => {
          const sign = isNegative ? 0xfff8n : 0x7ff8n;
          const odd = new Float64Array(BigUint64Array.from(bits, (payload) => (sign << 48n) | payload).buffer);
          const times = columnOf(
            'timestamp',
            bits.map((_, row) => row),
          );
          const of = (values: Float64Array): AnyFrame =>
            Frame.fromColumns([
              ['date', times],
              ['a', Column.adopt('float64', values)],
            ]);
          const [plain, other] = [of(new Float64Array(bits.length).fill(Number.NaN)), of(odd)];
          const made = frameDelta(hashedFrame(plain), other);
          expect(made?.delta.patches).toEqual([]);
          expect(made?.delta.hash).toEqual(hashRows(plain));
          expect(hashRows(other)).toEqual(hashRows(plain));
        },
      ),
    );
  });
});
