import { describe, expect, it } from 'vitest';
import { framesEqual } from '../../frame/index.ts';
import { parseTimeframe } from '../../market/index.ts';
import { seededRandom } from '../../util/random.ts';
import { ChangingFrame } from './changing-frame.ts';
import { type BuiltFrame, builtAnew, builtOn, differenceFrom, projected } from './plain-frame.ts';

/** The states of a frame that changes in every way. */
function* states(seed: string, count: number) {
  const random = seededRandom(seed);
  const timeframe = parseTimeframe('5m');
  const frame = new ChangingFrame({ random, timeframe, startMs: 0, mostRows: 20, hasLongTexts: false });
  for (let i = 0; i < count; i++) {
    yield { plain: frame.plain, what: i === 0 ? 'first' : frame.change().what };
  }
}

describe('frames that change', () => {
  it('are the same built on the one before as built anew, and leave that one as it was', () => {
    const seen = new Set<string>();
    let before: BuiltFrame | undefined;
    for (const { plain, what } of states('built', 2000)) {
      seen.add(what);
      const anew = builtAnew(plain);
      const on = before === undefined ? anew : builtOn(before, plain);
      expect(differenceFrom(plain, anew.frame)).toBeUndefined();
      expect(differenceFrom(plain, on.frame)).toBeUndefined();
      expect(framesEqual(anew.frame, on.frame)).toBe(true);
      if (before !== undefined) expect(differenceFrom(before.plain, before.frame)).toBeUndefined();
      before = on;
    }
    // Every change happens.
    expect(seen.size).toBe(17);
  });

  it('keep dates that ascend, and columns of every kind', () => {
    const kinds = new Set<string>();
    for (const { plain } of states('dates', 1000)) {
      for (const { kind } of plain.columns) kinds.add(kind);
      const dates = plain.rows.map(([date]) => Number(date));
      expect(dates.every((date, i) => i === 0 || date > dates[i - 1])).toBe(true);
    }
    expect([...kinds].sort()).toEqual(['bool', 'float64', 'int', 'int64', 'string', 'timestamp']);
  });
});

describe('differenceFrom', () => {
  const columns = [
    { name: 'date', kind: 'timestamp' },
    { name: 'x', kind: 'float64' },
  ] as const;
  const expected = {
    columns,
    rows: [
      [1, 0],
      [2, NaN],
    ],
  };

  it.each([
    [
      'a sign of zero',
      {
        columns,
        rows: [
          [1, -0],
          [2, NaN],
        ],
      },
      'row 0 of 2, column x float64: expected 0, found -0',
    ],
    [
      'a value',
      {
        columns,
        rows: [
          [1, 0],
          [2, 3],
        ],
      },
      'row 1 of 2, column x float64: expected NaN, found 3',
    ],
    ['a row', { columns, rows: [[1, 0]] }, 'rows: expected 2, found 1'],
    [
      'a kind',
      {
        columns: [columns[0], { name: 'x', kind: 'int' }],
        rows: [
          [1, 0],
          [2, 3],
        ],
      } as const,
      'columns: expected date timestamp, x float64; found date timestamp, x int',
    ],
    [
      'a name',
      {
        columns: [columns[0], { name: 'y', kind: 'float64' }],
        rows: [
          [1, 0],
          [2, NaN],
        ],
      } as const,
      'columns: expected date timestamp, x float64; found date timestamp, y float64',
    ],
  ])('tells of %s', (_, other, difference) => {
    expect(differenceFrom(expected, builtAnew(other).frame)).toBe(difference);
    expect(differenceFrom(expected, builtAnew(expected).frame)).toBeUndefined();
  });
});

describe('projected', () => {
  it('takes the last rows, and columns in the order of the frame, always with the date', () => {
    const frame = {
      columns: [
        { name: 'b', kind: 'float64' },
        { name: 'date', kind: 'timestamp' },
        { name: 'a', kind: 'float64' },
      ],
      rows: [
        [1, 10, 5],
        [2, 20, 6],
        [3, 30, 7],
      ],
    } as const;
    expect(projected(frame, { columns: ['a', 'none'], tail: 2 })).toEqual({
      columns: [frame.columns[1], frame.columns[2]],
      rows: [
        [20, 6],
        [30, 7],
      ],
    });
    expect(projected(frame, {})).toEqual(frame);
    expect(projected(frame, { tail: 9 }).rows).toHaveLength(3);
  });
});
