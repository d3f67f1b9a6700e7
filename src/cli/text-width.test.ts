import { describe, expect, it } from 'vitest';
import { clipText, textWidth } from './text-width.ts';

describe('textWidth', () => {
  it('counts cells, not characters or styles', () => {
    expect(textWidth('abc')).toBe(3);
    expect(textWidth('\u001B[31mabc\u001B[39m')).toBe(3);
    expect(textWidth('币安')).toBe(4);
    expect(textWidth('')).toBe(0);
  });
});

describe('clipText', () => {
  it('cuts at so many cells and shows that it did', () => {
    expect(clipText('abcdef', 6)).toBe('abcdef');
    expect(clipText('abcdef', 5)).toBe('abcd…');
    expect(clipText('币安币', 5)).toBe('币安…');
    expect(clipText('币安币', 4)).toBe('币…');
    expect(clipText('abc', Number.POSITIVE_INFINITY)).toBe('abc');
  });
});
