import { expect, it } from 'vitest';
import { listText } from './list-text.ts';

it('lists what there is, up to a number, and counts the rest', () => {
  expect(listText([], 2)).toBe('');
  expect(listText(['a', 'b'], 2)).toBe('a, b');
  expect(listText(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
});
