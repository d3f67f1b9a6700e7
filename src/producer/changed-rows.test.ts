import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyFrame, emptyFrame, Frame, framesEqual, timestamps } from '../frame/index.ts';
import { WHOLE_FRAME_ROWS } from '../wire/index.ts';
import { changedRows } from './changed-rows.ts';

interface Row {
  readonly date: number;
  readonly value: number;
}

function frameOf(rows: readonly Row[]): AnyFrame {
  return Frame.of({
    date: timestamps(Float64Array.from(rows, ({ date }) => date)),
    value: Float64Array.from(rows, ({ value }) => value),
  });
}

const rowsFrom = (first: number, count: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({ date: (first + i) * 1000, value: first + i }));

const without = (rows: readonly Row[], place: number) => rows.filter((_, i) => i !== place);

const rewritten = (rows: readonly Row[], place: number) =>
  rows.map((row, i) => (i === place ? { ...row, value: -1 } : row));

/** Freqtrade's rule in its plainest form: 100 rows replace all, fewer replace everything from their first date on. */
function joined(held: readonly Row[], arrived: readonly Row[]): Row[] {
  if (arrived.length >= WHOLE_FRAME_ROWS || arrived.length === 0) return [...arrived];
  return [...held.filter(({ date }) => date < arrived[0].date), ...arrived];
}

type Edit = 'append' | 'hole' | 'rewrite' | 'remove' | 'trim';

function edited(rows: readonly Row[], what: Edit, count: number): Row[] {
  const next = rows[rows.length - 1].date / 1000 + 1;
  const place = rows.length - 1 - count;
  if (what === 'append') return [...rows, ...rowsFrom(next, count)];
  if (what === 'hole') return [...rows, ...rowsFrom(next + count, 1)];
  if (what === 'trim') return rows.slice(Math.min(count, rows.length - 1));
  if (what === 'remove') return rows.length > 1 ? without(rows, place) : [...rows];
  return rows.map((row, i) => (i === place ? { ...row, value: row.value + 0.5 } : row));
}

describe('changedRows', () => {
  const before = rowsFrom(0, 200);

  it.each([
    ['a new row', [...before, ...rowsFrom(200, 1)], 1],
    ['several new rows', [...before, ...rowsFrom(200, 3)], 3],
    ['nothing new, where the newest row is sent as a sign of life', before, 1],
    ['the last row rewritten', rewritten(before, 199), 1],
    ['an earlier row rewritten', rewritten(before, 190), 10],
    ['an earlier row rewritten, and a new one', [...rewritten(before, 190), ...rowsFrom(200, 1)], 11],
    ['the last row that can be joined on', rewritten(before, 200 - 99), 99],
    ['one row further back, where only the whole will do', rewritten(before, 200 - 100), 200],
    ['a row that vanished, which takes the row before along', without(before, 195), 5],
    ['a row that vanished before a new one', [...without(before, 199), ...rowsFrom(200, 1)], 2],
    ['the first row vanished, and another too', without(before.slice(1), 50), 198],
    ['the head trimmed', before.slice(7), 1],
    ['the head trimmed, and a new row', [...before.slice(1), ...rowsFrom(200, 1)], 1],
    ['a longer past', rowsFrom(-5, 205), 205],
    ['another time altogether', rowsFrom(1000, 120), 120],
    ['no rows', [], 0],
  ])('%s', (_, next, rows) => {
    expect(changedRows(frameOf(before), frameOf(next))).toBe(rows);
  });

  it('sends a row that was inserted with the row before it', () => {
    const held = without(before, 195);
    expect(changedRows(frameOf(held), frameOf(before))).toBe(200 - 194);
  });

  it('sends all of a frame that was not published before', () => {
    expect(changedRows(undefined, frameOf(before))).toBe(200);
    expect(changedRows(emptyFrame, frameOf(before))).toBe(200);
  });

  it('sends all where columns came, went, changed places, names or kinds', () => {
    const frame = frameOf(before);
    const wider = frame.with({ rsi: frame.flag(() => true) });
    expect(changedRows(frame, wider)).toBe(200);
    expect(changedRows(wider, frame)).toBe(200);
    expect(changedRows(frame, frame.select(['value', 'date']))).toBe(200);
    expect(changedRows(frame, frame.rename({ value: 'other' }))).toBe(200);
    expect(changedRows(wider, frame.with({ rsi: new Float64Array(200).fill(1) }))).toBe(200);
  });

  it('sees NaN as equal to itself, and 0 as different from -0', () => {
    const values = (last: number) =>
      frameOf([...rowsFrom(0, 3), { date: 3000, value: last }, { date: 4000, value: 0 }]);
    expect(changedRows(values(NaN), values(NaN))).toBe(1);
    expect(changedRows(values(0), values(-0))).toBe(2);
  });

  it('sends what makes a copy equal, whatever happened', () => {
    const edit = fc.oneof(
      fc.record({ what: fc.constant('append' as const), count: fc.nat(3) }),
      fc.record({ what: fc.constant('hole' as const), count: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ what: fc.constant('rewrite' as const), count: fc.nat(150) }),
      fc.record({ what: fc.constant('remove' as const), count: fc.nat(150) }),
      fc.record({ what: fc.constant('trim' as const), count: fc.nat(20) }),
    );
    fc.assert(
      fc.property(fc.nat(140), fc.array(edit, { maxLength: 6 }), (length, edits) => {
        const held = rowsFrom(0, length + 1);
        const next = edits.reduce((rows, { what, count }) => edited(rows, what, count), held);
        const rows = changedRows(frameOf(held), frameOf(next));
        const copy = joined(held, next.slice(next.length - rows)).slice(-next.length);
        // Where only the newest rows are gone, nothing can be sent that says so: the copy notices that it is ahead.
        const isAhead = held[held.length - 1].date > next[next.length - 1].date;
        expect(isAhead || framesEqual(frameOf(copy), frameOf(next))).toBe(true);
      }),
    );
  });
});
