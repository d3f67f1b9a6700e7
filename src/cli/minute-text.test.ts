import { expect, it } from 'vitest';
import { minuteText } from './minute-text.ts';

it('shows seconds where there are some', () => {
  expect(minuteText(Date.UTC(2024, 0, 31, 23, 55))).toBe('2024-01-31 23:55');
  expect(minuteText(Date.UTC(2024, 0, 31, 23, 55, 7, 500))).toBe('2024-01-31 23:55:07');
});
