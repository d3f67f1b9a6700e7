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
