/* oxlint-disable typescript/no-unsafe-type-assertion -- what plain JavaScript may pass in */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Column, ints, timestamps } from './column.ts';
import { framesEqual } from './compare-frames.ts';
import { type AnyFrame, Frame, emptyFrame } from './frame.ts';
import { FrameError, type FrameErrorCode } from './frame-error.ts';

const frame = Frame.of({
  date: timestamps([0, 300_000, 600_000]),
  close: [1.5, 2.5, 3.5],
  volume: Float64Array.of(10, 20, 30),
  enter_tag: ['a', null, 'c'],
  big: [1n, 2n, 3n],
  hot: [true, false, true],
});
const anyFrame: AnyFrame = frame;

function expectError(code: FrameErrorCode, message: string, value: unknown, action: () => unknown): void {
  expect(action).toThrow(new FrameError(code, message, { value }));
}

const listed = 'date, close, volume, enter_tag, big, hot';

describe('Frame.of', () => {
  it('has columns in order, with their kinds', () => {
    expect(frame.length).toBe(3);
    expect(frame.names).toEqual(['date', 'close', 'volume', 'enter_tag', 'big', 'hot']);
    expect(frame.schema).toEqual({
      date: 'timestamp',
      close: 'float64',
      volume: 'float64',
      enter_tag: 'string',
      big: 'int64',
      hot: 'bool',
    });
    expect(frame.kind('close')).toBe('float64');
    expect(anyFrame.kind('open')).toBeUndefined();
    expect([frame.has('close'), frame.has('toString'), frame.has('__proto__')]).toEqual([true, false, false]);
  });

  it('does not feel later writes to the arrays it was made of', () => {
    const close = Float64Array.of(1, 2);
    const made = Frame.of({ close });
    close[0] = 99;
    expect(made.at(0, 'close')).toBe(1);
  });

  it('refuses columns of different lengths', () => {
    const message = 'column "b" has 1 rows, the frame has 2';
    expectError('FRAME_WRONG_LENGTH', message, 1, () => Frame.of({ a: [1, 2], b: [1] }));
  });

  it('names the column of a value that does not fit', () => {
    expect.assertions(2);
    try {
      Frame.of({ a: [1], b: [1, '2'] as unknown as number[] });
    } catch (error) {
      expect(error).toMatchObject({
        code: 'FRAME_BAD_VALUE',
        message: 'column "b", row 1: expected a number, as in other rows (NaN where missing); found string',
        value: '2',
      });
      expect((error as Error).cause).toBeInstanceOf(FrameError);
    }
  });
});

describe('Frame.fromColumns', () => {
  it('refuses two columns of one name', () => {
    const entries = [
      ['a', ints([1])],
      ['b', ints([1])],
      ['a', ints([2])],
    ] as const;
    expectError('FRAME_DUPLICATE_COLUMN', 'two columns are named "a"', 'a', () => Frame.fromColumns(entries));
  });

  it('refuses columns of different lengths', () => {
    const entries = [
      ['a', ints([1])],
      ['b', ints([])],
    ] as const;
    expectError('FRAME_WRONG_LENGTH', 'column "b" has 0 rows, the frame has 1', 0, () => Frame.fromColumns(entries));
  });

  it('may have neither columns nor rows', () => {
    expect([emptyFrame.length, emptyFrame.names, emptyFrame.schema]).toEqual([0, [], {}]);
    expect(emptyFrame.row(0)).toBeUndefined();
    expect(emptyFrame.append(emptyFrame).tail(3).length).toBe(0);
    expect(emptyFrame.with({ a: [1, 2] }).length).toBe(2);
  });
});

describe('columns', () => {
  it('can be read by destructuring, and neither changed nor added to', () => {
    const { close, enter_tag, big, hot } = frame.columns;
    expect([close[1], enter_tag[2], big[0], hot[0]]).toEqual([2.5, 'c', 1n, 1]);
    expect(Object.isFrozen(frame.columns)).toBe(true);
    expect(Object.isFrozen(frame.columns.enter_tag)).toBe(true);
    expect(() => Object.assign(frame.columns, { close: [0] })).toThrow(TypeError);
    expect(() => Object.assign(frame.columns, { open: [0] })).toThrow(TypeError);
    expect(frame.columns).toBe(frame.columns);
  });

  it('has names that nobody can change for all frames of the same columns', () => {
    expect(Object.isFrozen(frame.names)).toBe(true);
    expect(() => (frame.names as string[]).push('more')).toThrow(TypeError);
  });

  it('knows no columns but its own', () => {
    const columns: Readonly<Record<string, unknown>> = anyFrame.columns;
    expect([columns['toString'], columns['constructor'], columns['__proto__']]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('shows exactly the rows of a slice of shared memory', () => {
    const longer = frame.append(frame);
    expect(Array.from(longer.slice(2, 4).columns.close)).toEqual([3.5, 1.5]);
    expect(Array.from(frame.columns.close)).toEqual([1.5, 2.5, 3.5]);
    expect(longer.slice(1, 4).columns.enter_tag).toEqual([null, 'c', 'a']);
  });
});

describe('column, numbers and strings', () => {
  it('reads columns whose names are known only at run time', () => {
    expect(Array.from(anyFrame.numbers('close'))).toEqual([1.5, 2.5, 3.5]);
    expect(Array.from(anyFrame.numbers('date'))).toEqual([0, 300_000, 600_000]);
    expect(Array.from(anyFrame.numbers('hot'))).toEqual([1, 0, 1]);
    expect(anyFrame.strings('enter_tag')).toEqual(['a', null, 'c']);
    expect(anyFrame.column('big').kind).toBe('int64');
  });

  it('suggests the nearest column for a misspelt one', () => {
    const message = `the frame has no column "colse" (it has ${listed}); did you mean "close"?`;
    for (const read of [
      () => anyFrame.column('colse'),
      () => anyFrame.numbers('colse'),
      () => anyFrame.strings('colse'),
      () => anyFrame.at(0, 'colse'),
      () => anyFrame.last('colse'),
      () => anyFrame.select(['close', 'colse']),
      () => anyFrame.rename({ colse: 'x' }),
    ]) {
      expectError('FRAME_UNKNOWN_COLUMN', message, 'colse', read);
    }
  });

  it('suggests nothing where nothing is near, and finds nothing that objects inherit', () => {
    const message = (name: string) => `the frame has no column "${name}" (it has ${listed})`;
    for (const name of ['macd_signal', 'constructor', '__proto__', '']) {
      expectError('FRAME_UNKNOWN_COLUMN', message(name), name, () => anyFrame.column(name));
    }
    expectError('FRAME_UNKNOWN_COLUMN', 'the frame has no column "a" (it has none)', 'a', () => emptyFrame.column('a'));
  });

  it('counts the columns that a message has no room for', () => {
    const wide = Frame.fromColumns(Array.from({ length: 150 }, (_, i) => [`c${i}`, ints([])]));
    expect(() => wide.column('wrong_name')).toThrow(/c28, c29 and 120 more\)$/);
    expect(() => wide.column('c1499')).toThrow('did you mean "c149"?');
  });

  it('tells the kind it found where it wanted another', () => {
    const numbers = (name: string, kind: string) => `column "${name}" is of kind ${kind}, wanted numbers`;
    expectError('FRAME_WRONG_KIND', numbers('enter_tag', 'string'), 'string', () => anyFrame.numbers('enter_tag'));
    expectError('FRAME_WRONG_KIND', numbers('big', 'int64'), 'int64', () => anyFrame.numbers('big'));
    const text = 'column "close" is of kind float64, wanted text';
    expectError('FRAME_WRONG_KIND', text, 'float64', () => anyFrame.strings('close'));
  });
});

describe('with', () => {
  it('adds behind and replaces in place', () => {
    const next = frame.with({ rsi: [50, 60, 70], close: ints([1, 2, 3]) });
    expect(next.names).toEqual(['date', 'close', 'volume', 'enter_tag', 'big', 'hot', 'rsi']);
    expect([next.kind('close'), next.last('close'), frame.kind('close'), frame.last('close')]).toEqual([
      'int',
      3,
      'float64',
      3.5,
    ]);
  });

  it('takes over the columns of other frames with their kinds', () => {
    const next = Frame.of({ a: [1, 2, 3] }).with({ when: frame.column('date'), tag: frame.column('enter_tag') });
    expect(next.schema).toEqual({ a: 'float64', when: 'timestamp', tag: 'string' });
  });

  it('refuses a column of another length, or of mixed values, naming it', () => {
    const message = 'column "rsi" has 2 rows, the frame has 3';
    expectError('FRAME_WRONG_LENGTH', message, 2, () => frame.with({ rsi: [1, 2] }));
    expect(() => frame.with({ rsi: [1, 2, null] as unknown as number[] })).toThrow(
      'column "rsi", row 2: expected a number',
    );
    expect(() => frame.with({ rsi: undefined as unknown as number[] })).toThrow(
      'column "rsi", expected an array or a column, found undefined',
    );
  });
});

describe('flag and label', () => {
  it('make a signal of 0 and 1 and its reasons', () => {
    const { close } = frame.columns;
    const next = frame.with({
      enter_long: frame.flag((i) => close[i] > 2),
      enter_tag: frame.label((i) => (close[i] > 3 ? 'high' : null)),
    });
    expect([next.kind('enter_long'), Array.from(next.columns.enter_long)]).toEqual(['int', [0, 1, 1]]);
    expect(next.columns.enter_tag).toEqual([null, null, 'high']);
  });

  it('keep their kinds without rows, so that rows can be appended later', () => {
    const none = frame.head(0);
    const made = none.with({ flag: none.flag(() => true), tag: none.label(() => 'x') });
    expect([made.length, made.kind('flag'), made.kind('tag')]).toEqual([0, 'int', 'string']);
  });

  it('refuse a label that is neither text nor null', () => {
    expect(() => frame.label((() => undefined) as unknown as () => null)).toThrow(
      'row 0: expected text or null; found undefined',
    );
  });
});

describe('row, at and last', () => {
  it('read cells, booleans as true and false', () => {
    expect({ ...frame.row(0) }).toEqual({ date: 0, close: 1.5, volume: 10, enter_tag: 'a', big: 1n, hot: true });
    expect([frame.at(1, 'hot'), frame.at(1, 'enter_tag'), frame.last('big')]).toEqual([false, null, 3n]);
  });

  it.each([-1, 3, 1.5, Number.NaN, Infinity])(
    'have nothing at row %d, whatever stands behind the frame in memory',
    (row) => {
      const part = frame.append(frame).slice(0, 3);
      expect([part.row(row), part.at(row, 'hot'), part.at(row, 'close')]).toEqual([undefined, undefined, undefined]);
    },
  );

  it('have no last row without rows', () => {
    expect(frame.head(0).last('close')).toBeUndefined();
  });
});

describe('slice, head and tail', () => {
  const closes = (part: typeof frame) => Array.from(part.columns.close);

  it('are the same frame where they would take everything', () => {
    for (const same of [frame.slice(0), frame.head(3), frame.tail(99), frame.tail(Infinity), frame.slice(-99, 99)]) {
      expect(same).toBe(frame);
    }
  });

  it('take whole rows, none for less than one', () => {
    expect([closes(frame.tail(1)), closes(frame.tail(2.7)), closes(frame.head(2.7))]).toEqual([
      [3.5],
      [2.5, 3.5],
      [1.5, 2.5],
    ]);
    for (const rows of [0, -1, 0.9, Number.NaN])
      expect([frame.head(rows).length, frame.tail(rows).length]).toEqual([0, 0]);
  });

  it('have no rows where the end lies before the start', () => {
    expect(frame.slice(2, 1).length).toBe(0);
    expect(frame.slice(2, 1).names).toEqual(frame.names);
  });
});

describe('append', () => {
  it('joins rows of the same columns', () => {
    const next = frame.append(frame.slice(1, 2));
    expect([next.length, next.last('close'), next.last('enter_tag'), frame.length]).toEqual([4, 2.5, null, 3]);
  });

  it('refuses other names or another order', () => {
    const message = 'the columns differ from place 1 on: "b" here, "c" there';
    const ab: AnyFrame = Frame.of({ a: [1], b: [1] });
    expectError('FRAME_DIFFERENT_COLUMNS', message, 'c', () => ab.append(Frame.of({ a: [1], c: [1] })));
    expect(() => ab.append(Frame.of({ b: [1], a: [1] }))).toThrow('from place 0 on: "a" here, "b" there');
    expect(() => ab.append(Frame.of({ a: [1] }))).toThrow('from place 1 on: "b" here, none there');
    expect(() => Frame.of({ a: [1] }).append(ab as never)).toThrow('from place 1 on: none here, "b" there');
    expect(() => emptyFrame.append(Frame.of({ '': [1] }))).toThrow('from place 0 on: none here, "" there');
  });

  it('refuses other kinds, and is no worse for it', () => {
    const numbers: AnyFrame = Frame.of({ a: [1], b: [1] });
    const message = 'column "b" is of kind string, wanted float64';
    expectError('FRAME_WRONG_KIND', message, 'string', () => numbers.append(Frame.of({ a: [1], b: ['x'] })));
    const next = numbers.append(Frame.of({ a: [2], b: [3] }));
    expect([Array.from(next.numbers('a')), Array.from(next.numbers('b'))]).toEqual([
      [1, 2],
      [1, 3],
    ]);
  });
});

describe('frames that grow out of one another', () => {
  const rows = (from: number, to: number): AnyFrame => {
    const numbers = Array.from({ length: to - from }, (_, i) => from + i);
    return Frame.of({ date: timestamps(numbers), a: Float64Array.from(numbers), tag: numbers.map(String) });
  };

  /** With room for rows to come. */
  const grown = rows(0, 10).append(rows(10, 11));

  it('lie in the same columns, and read their own rows only', () => {
    const window = grown.slice(2, 9);
    expect(window.origin).toBe(grown.origin);
    expect(window.originRow).toBe(2);
    expect(framesEqual(window, rows(2, 9))).toBe(true);
    expect(window.at(0, 'a')).toBe(2);
    expect(window.at(7, 'a')).toBeUndefined();
    expect(window.row(6)).toEqual({ date: 8, a: 8, tag: '8' });
    expect(framesEqual(window.slice(1, 3), rows(3, 5))).toBe(true);
  });

  it('reach past where their columns ended when those were made', () => {
    const longer = grown.append(rows(11, 14));
    expect(longer.origin).toBe(grown.origin);
    expect(framesEqual(longer, rows(0, 14))).toBe(true);
    expect(framesEqual(longer.slice(12), rows(12, 14))).toBe(true);
    expect(longer.columns['a']).toEqual(Float64Array.from({ length: 14 }, (_, i) => i));
    expect(grown.length).toBe(11);
    expect(grown.columns['a']).toHaveLength(11);
  });

  it('part where two go on from the same rows', () => {
    const base = rows(0, 10).append(rows(10, 11));
    const [one, other] = [base.append(rows(11, 13)), base.append(rows(20, 22))];
    expect(one.numbers('a')[11]).toBe(11);
    expect(other.numbers('a')[11]).toBe(20);
    expect(one.strings('tag')[12]).toBe('12');
    expect(other.strings('tag')[12]).toBe('21');
  });

  it('have rows of their own where two of their columns are one', () => {
    const column = rows(0, 10).append(rows(10, 11)).column('a');
    const twice: AnyFrame = Frame.fromColumns([
      ['x', column],
      ['y', column],
    ]);
    const longer = twice.append(Frame.of({ x: [1.5], y: [2.5] }));
    expect(longer.row(11)).toEqual({ x: 1.5, y: 2.5 });
    expect(longer.append(Frame.of({ x: [3.5], y: [4.5] })).row(12)).toEqual({ x: 3.5, y: 4.5 });
  });

  it('move all columns of doubles into one memory, with room for more', () => {
    const moved = rows(0, 10).append(rows(10, 11));
    const [date, a] = [Column.dataOf(moved.column('date')), Column.dataOf(moved.column('a'))];
    expect(a).toBe(date);
    expect(moved.append(rows(11, 12)).origin).toBe(moved.origin);
    expect(framesEqual(moved.append(rows(11, 200)), rows(0, 200))).toBe(true);
  });

  it('are the same frame without rows to add', () => {
    expect(grown.append(grown.slice(3, 3))).toBe(grown);
  });

  it('make each column once', () => {
    const window = grown.slice(1, 5);
    expect(window.column('a')).toBe(window.columnList[1]);
    expect(window.columnList).toBe(window.columnList);
    expect(window.columnAt(1).values).toBe(window.columns['a']);
  });
});

describe('select, drop and rename', () => {
  it('select takes columns in the order asked for', () => {
    expect(frame.select(['volume', 'date']).names).toEqual(['volume', 'date']);
    expect(frame.select([]).length).toBe(0);
    expectError('FRAME_DUPLICATE_COLUMN', 'two columns are named "date"', 'date', () => frame.select(['date', 'date']));
  });

  it('drop leaves the rest, and does not mind names that are not there', () => {
    expect(frame.drop(['date', 'big', 'hot', 'nonsense']).names).toEqual(['close', 'volume', 'enter_tag']);
  });

  it('rename changes names, also in a circle', () => {
    const next = frame.rename({ close: 'volume', volume: 'close' });
    expect([next.names[1], next.last('volume'), next.last('close')]).toEqual(['volume', 3.5, 30]);
    expectError('FRAME_DUPLICATE_COLUMN', 'two columns are named "close"', 'close', () =>
      frame.rename({ volume: 'close' }),
    );
  });

  it('renameAll gives every column another name', () => {
    expect(frame.renameAll((name) => `${name}_1h`).names[0]).toBe('date_1h');
    expect(() => frame.renameAll(() => 'same')).toThrow('two columns are named "same"');
  });

  it('keep a column named __proto__ a column', () => {
    const odd = Frame.fromColumns([['__proto__', Column.adopt('float64', Float64Array.of(7))]]);
    expect(odd.rename({ ['__proto__']: 'constructor' }).names).toEqual(['constructor']);
    expect(Object.keys(odd.columns)).toEqual(['__proto__']);
    expect(Object.keys(odd.schema)).toEqual(['__proto__']);
    expect(odd.with({ ['__proto__']: [8] }).last('__proto__')).toBe(8);
  });
});

it('is shown as a table by consoles', () => {
  expect(inspect(frame)).toBe(frame.toString());
  expect(String(Frame.of({ a: [1] }))).toBe('         a\n   float64\n0        1\n1 row x 1 column');
});

describe('detached', () => {
  it("holds the same rows, in memory that is nobody else's", () => {
    const own = frame.detached();
    expect(framesEqual(own, anyFrame)).toBe(true);
    const { close } = own.columns;
    // What plain JavaScript could do.
    (close as unknown as Float64Array)[1] = -7;
    expect(frame.columns.close[1]).toBe(2.5);
    expect(frame.detached().columns.close[1]).toBe(2.5);
  });

  it('of a slice holds the slice alone, and takes further rows', () => {
    const own = frame.slice(1, 2).detached();
    expect(own.append(frame.slice(2)).columns.close).toEqual(Float64Array.of(2.5, 3.5));
    expect(own.row(0)).toEqual(frame.row(1));
  });
});

describe('hasColumnsOf', () => {
  it('holds for the same names and kinds in the same order alone', () => {
    const { close, volume } = frame.columns;
    expect(frame.tail(1).hasColumnsOf(anyFrame)).toBe(true);
    expect(frame.hasColumnsOf(Frame.fromColumns(frame.names.map((name) => [name, anyFrame.column(name)])))).toBe(true);
    expect(Frame.of({ close, volume }).hasColumnsOf(Frame.of({ volume, close }))).toBe(false);
    expect(Frame.of({ close }).hasColumnsOf(Frame.of({ close, volume }))).toBe(false);
    expect(Frame.of({ close }).hasColumnsOf(Frame.of({ close: ints([1, 2, 3]) }))).toBe(false);
  });
});
