import { describe, expect, it } from 'vitest';
import { plainTable } from './plain-table.ts';

describe('plainTable', () => {
  it('puts columns two spaces apart, numbers to the right, nothing at the ends of lines', () => {
    const table = plainTable(
      ['name', 'count'],
      [
        ['a', '1'],
        ['longer', '100'],
        ['', ''],
      ],
      [1],
    );
    expect(table).toBe(['name    count', 'a           1', 'longer    100', '', ''].join('\n'));
  });

  it('is only its head without rows', () => {
    expect(plainTable(['name', 'count'], [])).toBe('name  count\n');
  });

  it('keeps styles out of the widths', () => {
    expect(plainTable(['\u001B[1mname\u001B[22m', 'x'], [['ab', 'y']]).split('\n')[1]).toBe('ab    y');
  });
});
