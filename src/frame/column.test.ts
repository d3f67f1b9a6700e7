import { describe, expect, it } from 'vitest';
import { Column } from './column.ts';

describe('Column', () => {
  it('shows as float64 the numbers that it holds as times or integers', () => {
    const times = Column.adopt('timestamp', Float64Array.of(1, 2, 3));
    const numbers = times.slice(1, 3).asFloat64();
    expect(numbers.kind).toBe('float64');
    expect(Array.from(numbers.values)).toEqual([2, 3]);
    const longer = numbers.append(Column.adopt('float64', Float64Array.of(9)));
    expect(Array.from(longer.values)).toEqual([2, 3, 9]);
    expect(Array.from(times.append(Column.adopt('timestamp', Float64Array.of(4))).values)).toEqual([1, 2, 3, 4]);
    expect(Array.from(longer.values)).toEqual([2, 3, 9]);
  });

  it('grows into the room behind a view that it took over, and changes nothing for older holders', () => {
    const view = new Float64Array(8).subarray(0, 2);
    view.set([1, 2]);
    const column = Column.adoptGrowing('float64', view);
    const longer = column.append(Column.adopt('float64', Float64Array.of(3)));
    const { data } = Column.raw(longer);
    expect(data instanceof Float64Array && data.buffer === view.buffer).toBe(true);
    // Whoever comes second finds the place taken.
    const other = column.append(Column.adopt('float64', Float64Array.of(4)));
    expect([column, longer, other].map(({ values }) => Array.from(values))).toEqual([
      [1, 2],
      [1, 2, 3],
      [1, 2, 4],
    ]);
  });

  it('takes over an array that has no room, too', () => {
    const column = Column.adoptGrowing('int', Float64Array.of(1, 2));
    expect(Array.from(column.append(Column.adopt('int', Float64Array.of(3))).values)).toEqual([1, 2, 3]);
  });

  it('shows text as an array that cannot be written to', () => {
    const column = Column.adopt('string', ['a', 'b']);
    expect(Object.isFrozen(column.values)).toBe(true);
    expect(column.append(column).values).toEqual(['a', 'b', 'a', 'b']);
    expect(column.values).toBe(column.values);
  });

  it.each([
    ['float64', (row: number) => Column.adopt('float64', Float64Array.of(row))],
    ['int64', (row: number) => Column.adopt('int64', BigInt64Array.of(BigInt(row)))],
    ['bool', (row: number) => Column.adopt('bool', Uint8Array.of(row % 2))],
    ['string', (row: number) => Column.adopt('string', [String(row)])],
  ] as const)('lets go of the rows that a sliding window has left behind: %s', (_, columnOf) => {
    let window: Column = columnOf(0);
    let most = 0;
    for (let row = 1; row < 5000; row++) {
      window = window.append(columnOf(row));
      if (window.length > 100) window = window.slice(window.length - 100, window.length);
      most = Math.max(most, Column.raw(window).data.length);
    }
    expect(window.length).toBe(100);
    expect(window.cell(99)).toEqual(columnOf(4999).cell(0));
    expect(most).toBeLessThan(300);
  });
});
