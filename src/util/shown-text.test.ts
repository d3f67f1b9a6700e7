import { describe, expect, it } from 'vitest';
import { shownText } from './shown-text.ts';

describe('shownText', () => {
  it.each([
    ['BTC/USDT', 'BTC/USDT'],
    ['Ä 漢字 🚀 e\u0301', 'Ä 漢字 🚀 e\u0301'],
    ['\u001b[2J\u0007', '\\u{1b}[2J\\u{7}'],
    ['one\nforged line\r', 'one\\u{a}forged line\\u{d}'],
    ['\u202eTDSU', '\\u{202e}TDSU'],
    ['\ud800', '\\u{d800}'],
  ])('%j becomes %j', (text, shown) => {
    expect(shownText(text)).toBe(shown);
  });
});
