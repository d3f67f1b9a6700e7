import { describe, expect, it } from 'vitest';
import { Column, ints, timestamps } from './column.ts';
import { type AnyFrame, Frame } from './frame.ts';
import { type FrameDelta, frameDelta, hashedFrame } from './frame-delta.ts';
import { hashRows } from './window-hash.ts';

const MINUTE = 60_000;

/** Minutes as rows of six columns: the row of one minute is always the same. */
function minutes(...at: number[]): AnyFrame {
  const candles: AnyFrame = Frame.of({ date: timestamps(at.map((minute) => minute * MINUTE)) });
  return candles.with({
    close: at.map((minute) => 100 + minute),
    rsi: at.map((minute) => (minute < 3 ? Number.NaN : minute / 7)),
    enter_long: ints(at.map((minute) => minute % 2)),
    tag: Column.adopt(
      'string',
      at.map((minute) => (minute % 3 === 0 ? null : `tag ${minute}`)),
    ),
    up: at.map((minute) => minute % 2 === 0),
  });
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const put = (frame: AnyFrame, name: string, row: number, value: number): AnyFrame =>
  frame.with({ [name]: Float64Array.from(frame.numbers(name)).with(row, value) });

function deltaOf(before: AnyFrame, after: AnyFrame): FrameDelta {
  const made = frameDelta(hashedFrame(before), after);
  if (made === undefined) throw new Error('expected a delta');
  expect(made.after.frame).toBe(after);
  expect(made.after.hash).toEqual(hashRows(after));
  expect(made.delta.hash).toEqual(hashRows(after));
  expect(made.delta.rows).toBe(after.length);
  return made.delta;
}

/** The minutes of the rows that are sent whole. */
const sent = ({ changed }: FrameDelta) => Array.from(changed.numbers('date'), (date) => date / MINUTE);
const patched = (delta: FrameDelta) =>
  delta.patches.map(({ column, rows, values }) => [
    delta.changed.names[column],
    ...Array.from(rows, (row, i) => [row, values.cell(i)]),
  ]);

describe('frameDelta', () => {
  it('is nothing at all for the same frame, or one that is equal', () => {
    const frame = minutes(...range(0, 20));
    for (const after of [frame, minutes(...range(0, 20))]) {
      const delta = deltaOf(frame, after);
      expect([sent(delta), patched(delta)]).toEqual([[], []]);
    }
  });

  it('is the new rows at the end', () => {
    const before = minutes(...range(0, 20));
    expect(sent(deltaOf(before, before.append(minutes(20))))).toEqual([20]);
    expect(sent(deltaOf(before, minutes(...range(0, 23))))).toEqual([20, 21, 22]);
  });

  it('is the new rows where the window slides, or drops many at once', () => {
    const before = minutes(...range(0, 1000));
    expect(sent(deltaOf(before, before.slice(1).append(minutes(1000))))).toEqual([1000]);
    expect(sent(deltaOf(before, minutes(...range(500, 1001))))).toEqual([1000]);
    // More go than stay.
    expect(sent(deltaOf(before, minutes(...range(900, 1001))))).toEqual([1000]);
    expect(sent(deltaOf(before, minutes(...range(900, 1000))))).toEqual([]);
  });

  it('is the last row where that was replaced', () => {
    const before = minutes(...range(0, 20));
    const replaced = before
      .slice(0, 19)
      .append(minutes(19).with({ close: [7], rsi: [8], enter_long: ints([5]), tag: ['x'], up: [true] }));
    const delta = deltaOf(before, replaced);
    expect([sent(delta), patched(delta)]).toEqual([[19], []]);
    expect(sent(deltaOf(before, replaced.append(minutes(20))))).toEqual([19, 20]);
  });

  it('is the cells alone that a strategy repainted', () => {
    const before = minutes(...range(0, 20));
    const after = put(put(put(before, 'rsi', 3, 0), 'rsi', 17, Number.NaN), 'close', 17, -0);
    const delta = deltaOf(before, after);
    expect(sent(delta)).toEqual([]);
    expect(patched(delta)).toEqual([
      ['close', [17, -0]],
      ['rsi', [3, 0], [17, Number.NaN]],
    ]);
    // With a row more, and three fewer at the front: rows are those of the window afterwards.
    const moved = deltaOf(before, after.slice(3).append(minutes(20)));
    expect(sent(moved)).toEqual([20]);
    expect(patched(moved)).toEqual([
      ['close', [14, -0]],
      ['rsi', [0, 0], [14, Number.NaN]],
    ]);
  });

  it('patches columns of every kind', () => {
    const before: AnyFrame = minutes(...range(0, 20)).with({ id: range(0, 20).map(BigInt) });
    const after = before.with({
      tag: Column.adopt('string', [...before.strings('tag')].with(4, 'four').with(5, null)),
      up: Uint8Array.from(before.numbers('up')).with(6, 0),
      id: range(0, 20).map((row) => (row === 7 ? -(2n ** 63n) : BigInt(row))),
      enter_long: ints(Float64Array.from(before.numbers('enter_long')).with(8, 9)),
    });
    expect(patched(deltaOf(before, after))).toEqual([
      ['enter_long', [8, 9]],
      ['tag', [4, 'four'], [5, null]],
      ['up', [6, false]],
      ['id', [7, -(2n ** 63n)]],
    ]);
  });

  it('takes all NaNs as the same', () => {
    const before = minutes(...range(0, 20));
    const odd = new Float64Array(BigUint64Array.of(0xfff8_dead_beef_0001n).buffer);
    const rsi = Float64Array.from(before.numbers('rsi'));
    rsi.set(odd, 1);
    expect(patched(deltaOf(before, before.with({ rsi })))).toEqual([]);
  });

  it('sends all from a row on that was put in or taken out', () => {
    const before = minutes(...range(0, 10), ...range(12, 30));
    expect(sent(deltaOf(before, minutes(...range(0, 11), ...range(12, 30))))).toEqual([10, ...range(12, 30)]);
    // The row before goes along: it is what says that the next one went.
    const without = minutes(...range(0, 10), ...range(13, 30));
    expect(sent(deltaOf(before, without))).toEqual([9, ...range(13, 30)]);
    expect(sent(deltaOf(before, minutes(...range(0, 10), ...range(12, 29))))).toEqual([28]);
    expect(sent(deltaOf(before, minutes(...range(0, 10), ...range(12, 20))))).toEqual([19]);
  });

  it('sends rows whole where that is shorter than their cells', () => {
    const before = minutes(...range(0, 20));
    const close = Float64Array.from(before.numbers('close'));
    const rsi = close.map((value) => value / 3);
    // Of the last rows all that changes from tick to tick; of an early one a single cell.
    const late = before
      .slice(0, 18)
      .append(before.slice(18).with({ close: [1, 2], rsi: [1, 2], enter_long: ints([7, 7]), tag: ['x', 'y'] }));
    const both = deltaOf(before, put(late, 'close', 2, 0));
    expect(sent(both)).toEqual([18, 19]);
    expect(patched(both)).toEqual([['close', [2, 0]]]);
    // A column of the whole window stays a patch.
    const column = deltaOf(before, before.with({ rsi }));
    expect([sent(column), patched(column)[0].length]).toEqual([[], 21]);
  });

  it('is several candles, dropped rows, repaints and a replaced row at once', () => {
    const before = minutes(...range(0, 40));
    const after = put(minutes(...range(5, 44)), 'close', 2, 0).with({
      up: range(5, 44).map((minute) => (minute === 39 ? true : minute % 2 === 0)),
    });
    const delta = deltaOf(before, after);
    expect(sent(delta)).toEqual([40, 41, 42, 43]);
    expect(patched(delta)).toEqual([
      ['close', [2, 0]],
      ['up', [34, true]],
    ]);
  });

  it('empties a window', () => {
    const before = minutes(1, 2);
    const delta = deltaOf(before, before.slice(0, 0));
    expect([delta.rows, sent(delta)]).toEqual([0, []]);
  });

  it('makes no sense between frames that have no first row in common', () => {
    const before = hashedFrame(minutes(...range(10, 20)));
    for (const after of [range(20, 30), range(0, 20), range(30, 31), [10]]) {
      const made = frameDelta(before, minutes(...after));
      // Of a window of one row nothing stays but what must go along.
      expect(made).toBeUndefined();
    }
    expect(frameDelta(hashedFrame(minutes()), minutes(1))).toBeUndefined();
  });

  it('makes no sense where columns differ, or there are no times', () => {
    const frame = minutes(...range(0, 9));
    const before = hashedFrame(frame);
    for (const after of [
      frame.drop(['rsi']),
      frame.rename({ rsi: 'RSI' }),
      frame.with({ enter_long: Float64Array.from(frame.numbers('enter_long')) }),
      frame.with({ atr: frame.column('rsi') }),
    ])
      expect(frameDelta(before, after)).toBeUndefined();
    expect(frameDelta(before, frame, 'time')).toBeUndefined();
    expect(frameDelta(before, frame, 'tag')).toBeUndefined();
  });

  it('makes no sense where times do not ascend', () => {
    const before = hashedFrame(minutes(...range(0, 9)));
    const twoMore = minutes(...range(0, 11));
    for (const tail of [
      [9, 9],
      [10, 9],
      [8, 9],
      [Number.NaN, 9],
      [9, Number.NaN],
    ]) {
      const dates = [...range(0, 9), ...tail].map((minute) => minute * MINUTE);
      expect(frameDelta(before, twoMore.with({ date: timestamps(dates) }))).toBeUndefined();
    }
  });

  it('makes no sense where all changed', () => {
    const frame = minutes(...range(0, 9));
    const other = frame.with({
      close: frame.column('rsi'),
      rsi: frame.column('close'),
      enter_long: ints(range(20, 29)),
      up: range(0, 9).map((row) => row % 2 !== 0),
      tag: range(0, 9).map((row) => `other ${row}`),
    });
    expect(frameDelta(hashedFrame(frame), other)).toBeUndefined();
  });

  it('shares the rows that it sends with the frame', () => {
    const before = minutes(...range(0, 9));
    const after = before.append(minutes(9));
    const { data, start } = Column.raw(deltaOf(before, after).changed.column('close'));
    const whole = Column.raw(after.column('close'));
    expect(data).toBe(whole.data);
    expect(start).toBe(whole.start + 9);
  });

  it('goes by another column of times', () => {
    const rows = (...time: number[]): AnyFrame => Frame.of({ time, a: time, b: time, c: time });
    const made = frameDelta(hashedFrame(rows(1, 2, 3), 'time'), rows(2, 3, 4), 'time');
    expect(made?.delta.changed.numbers('time')).toEqual(Float64Array.of(4));
    expect(made?.after.hash).toEqual(hashRows(rows(2, 3, 4), 0, 3, 'time'));
  });
});
