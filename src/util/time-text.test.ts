import { expect, it } from 'vitest';
import { timeText } from './time-text.ts';

it('writes times in UTC, and what is no time as it is', () => {
  expect(timeText(Date.UTC(2026, 0, 31, 12, 5))).toBe('2026-01-31T12:05:00.000Z');
  expect(timeText(1e300)).toBe('1e+300');
  expect(timeText(Number.NaN)).toBe('NaN');
});
