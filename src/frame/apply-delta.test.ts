import { describe, expect, it } from 'vitest';
import { applyDelta } from './apply-delta.ts';
import { Column, ints, timestamps } from './column.ts';
import { firstDifference } from './compare-frames.ts';
import { type AnyFrame, Frame } from './frame.ts';
import { type ColumnPatch, type FrameDelta, type HashedFrame, frameDelta, hashedFrame } from './frame-delta.ts';
import { hashRows } from './window-hash.ts';

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

function rowsOf(...at: number[]): AnyFrame {
  const frame: AnyFrame = Frame.of({ date: timestamps(at), close: at.map((time) => time / 3), flag: ints(at) });
  return frame.with({
    tag: Column.adopt('string', at.map(String)),
    up: at.map((time) => time % 2 === 0),
    id: Column.adopt('int64', BigInt64Array.from(at, BigInt)),
  });
}

function deltaOf(before: HashedFrame, after: AnyFrame): FrameDelta {
  const made = frameDelta(before, after);
  if (made === undefined) throw new Error('expected a delta');
  return made.delta;
}

function applied(held: HashedFrame, delta: FrameDelta): HashedFrame {
  const outcome = applyDelta(held, delta);
  if (outcome.status !== 'applied') throw new Error(`expected it to be applied: ${JSON.stringify(outcome)}`);
  expect(outcome.frame.hash).toEqual(hashRows(outcome.frame.frame));
  return outcome.frame;
}

const patch = (column: number, rows: number[], values: Column): ColumnPatch => ({
  column,
  rows: Uint32Array.from(rows),
  values,
});
const halves = (...values: number[]) => Column.adopt('float64', Float64Array.from(values));

describe('applyDelta', () => {
  const frame = rowsOf(...range(0, 10));
  const held = hashedFrame(frame);
  const oneMore = deltaOf(held, rowsOf(...range(0, 11)));

  it('gives the window that the delta was made from', () => {
    const repainted: AnyFrame = rowsOf(...range(0, 10)).with({
      close: range(0, 10).map((row) => (row === 4 ? Number.NaN : row / 3)),
      tag: range(0, 10).map((row) => (row === 5 ? null : String(row))),
      up: range(0, 10).map((row) => row === 6 || row % 2 === 0),
      id: range(0, 10).map((row) => (row === 7 ? -1n : BigInt(row))),
    });
    for (const after of [
      rowsOf(...range(0, 11)),
      rowsOf(...range(3, 14)),
      rowsOf(...range(8, 10)),
      rowsOf(...range(0, 5), ...range(7, 12)),
      repainted,
      repainted.slice(2).append(rowsOf(10)),
      frame,
      frame.slice(0, 0),
    ]) {
      expect(firstDifference(applied(held, deltaOf(held, after)).frame, after)).toBeUndefined();
    }
    expect(firstDifference(frame, rowsOf(...range(0, 10)))).toBeUndefined();
  });

  it('shares memory with the window held, but for columns that are patched', () => {
    const room = hashedFrame(rowsOf(0).append(rowsOf(...range(1, 10))));
    const after = rowsOf(...range(1, 11)).with({ close: range(1, 11).map((row) => (row === 2 ? 0 : row / 3)) });
    const next = applied(room, deltaOf(room, after)).frame;
    const shares = next.names.map(
      (name) => Column.raw(next.column(name)).data === Column.raw(room.frame.column(name)).data,
    );
    expect(shares).toEqual([true, false, true, true, true, true]);
  });

  it('leaves room behind a patched column, so that the next rows move nothing', () => {
    const repainted = applied(held, { ...deltaOf(held, put(frame, 4)) });
    const next = applied(repainted, deltaOf(repainted, put(rowsOf(...range(0, 11)), 4)));
    expect(Column.raw(next.frame.column('close')).data).toBe(Column.raw(repainted.frame.column('close')).data);
  });

  it('serves two who go different ways from one window', () => {
    const [one, other] = [rowsOf(...range(0, 11)), rowsOf(...range(0, 10), 12)];
    const results = [one, other].map((after) => applied(held, deltaOf(held, after)).frame);
    for (const [i, after] of [one, other].entries()) expect(firstDifference(results[i], after)).toBeUndefined();
  });

  it('fits a window that reaches further back than the one it was made from', () => {
    const longer = hashedFrame(rowsOf(...range(-20, 10)));
    expect(applied(longer, oneMore).frame.length).toBe(11);
  });

  it('refuses what does not fit the window held', () => {
    const ends = [2, 5].map((at) => halves(...range(0, at)));
    const cases: [Partial<FrameDelta>, string][] = [
      [
        { changed: oneMore.changed.drop(['up']) },
        'its columns, their kinds or their order are not those of the window held',
      ],
      [{ rows: 0 }, 'it has 1 rows for a window of 0'],
      [{ rows: 10.5 }, 'it has 1 rows for a window of 10.5'],
      [{ rows: Number.NaN }, 'it has 1 rows for a window of NaN'],
      [{ rows: 12 }, 'it goes on from 11 rows that are older than its own, of which 10 are held'],
      [{ changed: rowsOf(10, 12, 11), rows: 13 }, 'the times of its rows do not ascend'],
      [{ changed: rowsOf(10, 10), rows: 12 }, 'the times of its rows do not ascend'],
      [{ changed: rowsOf(10).with({ date: timestamps([Number.NaN]) }) }, 'the times of its rows do not ascend'],
      [{ patches: [patch(6, [0], ends[0])] }, 'its patches name column 6, of 6'],
      [{ patches: [patch(-1, [0], ends[0])] }, 'its patches name column -1, of 6'],
      [{ patches: [patch(1.5, [0], ends[0])] }, 'its patches name column 1.5, of 6'],
      [{ patches: [patch(1, [0, 1], ends[0]), patch(1, [0, 1], ends[0])] }, 'its patches name column 1 after column 1'],
      [{ patches: [patch(0, [0], timestamps([0]))] }, 'it patches "date", which tells the rows apart'],
      [{ patches: [patch(2, [0, 1], ends[0])] }, 'it patches column 2, of kind int, with float64'],
      [{ patches: [patch(1, [0], ends[0])] }, 'there are 2 values for 1 cells in its patch of column 1'],
      [
        { patches: [patch(1, [1, 0], ends[0])] },
        'rows do not ascend, or are not among the 10 kept, in its patch of column 1',
      ],
      [
        { patches: [patch(1, [1, 1], ends[0])] },
        'rows do not ascend, or are not among the 10 kept, in its patch of column 1',
      ],
      [
        { patches: [patch(1, [9, 10], ends[0])] },
        'rows do not ascend, or are not among the 10 kept, in its patch of column 1',
      ],
    ];
    for (const [change, reason] of cases) {
      expect(applyDelta(held, { ...oneMore, ...change })).toEqual({ status: 'refused', reason });
    }
  });

  it('refuses to work without times', () => {
    const reason = 'the window held has no column "time" of times';
    expect(applyDelta(held, oneMore, 'time')).toEqual({ status: 'refused', reason });
  });

  it('finds a mismatch where the window is not the one that the delta was made from', () => {
    const other = put(frame, 3);
    const found = hashRows(other.append(rowsOf(10)));
    expect(applyDelta(hashedFrame(other), oneMore)).toEqual({ status: 'mismatch', found });
    expect(applyDelta(held, { ...oneMore, hash: { ...oneMore.hash, hi: oneMore.hash.hi ^ 1 } }).status).toBe(
      'mismatch',
    );
    // A row that is lacking, with as many rows as there should be.
    const gap = hashedFrame(rowsOf(-1, ...range(0, 5), ...range(6, 10)));
    expect(applyDelta(gap, oneMore).status).toBe('mismatch');
  });

  it('finds a mismatch where the hash held is not that of the window held', () => {
    const wrong = { frame, hash: { lo: held.hash.lo ^ 1, hi: held.hash.hi } };
    expect(applyDelta(wrong, oneMore).status).toBe('mismatch');
  });

  it('goes by another column of times', () => {
    const rows = (...time: number[]): AnyFrame => Frame.of({ time, a: time, b: time });
    const before = hashedFrame(rows(1, 2, 3), 'time');
    const made = frameDelta(before, rows(2, 3, 4), 'time');
    expect(made && applyDelta(before, made.delta, 'time')).toMatchObject({ status: 'applied' });
    expect(made && applyDelta(before, made.delta)).toMatchObject({ status: 'refused' });
  });
});

/** Another price in a row. */
function put(frame: AnyFrame, row: number): AnyFrame {
  return frame.with({ close: Float64Array.from(frame.numbers('close')).with(row, 1000) });
}
