import { describe, expect, it } from 'vitest';
import { printAge, printLag } from './print-age.ts';

describe('printAge', () => {
  it.each([
    [0, '0.0 s'],
    [9_940, '9.9 s'],
    [9_960, '10 s'],
    [119_000, '119 s'],
    [120_000, '2 min'],
    [7_199_000, '120 min'],
    [7_200_000, '2 h'],
  ])('%i ms', (ms, text) => {
    expect(printAge(ms)).toBe(text);
  });
});

describe('printLag', () => {
  it.each([
    [0, '0 ms'],
    [1.26, '1 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [120_000, '2 min'],
    [-3.14, '-3 ms'],
    [-1_500, '-1.5 s'],
  ])('%f ms', (ms, text) => {
    expect(printLag(ms)).toBe(text);
  });
});
