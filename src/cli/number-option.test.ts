import { describe, expect, it } from 'vitest';
import { wholeNumber } from './number-option.ts';

describe('wholeNumber', () => {
  it('reads whole numbers within its range', () => {
    expect(wholeNumber(1)('12')).toBe(12);
    expect(wholeNumber(0, 5)('0')).toBe(0);
  });

  it.each(['0', '6', '1.5', 'x', '', ' ', '-1', 'Infinity'])('refuses "%s"', (text) => {
    expect(() => wholeNumber(1, 5)(text)).toThrow('Expected a whole number, from 1 to 5.');
    if (text !== '6') expect(() => wholeNumber(1)(text)).toThrow('Expected a whole number, 1 or more.');
  });
});
