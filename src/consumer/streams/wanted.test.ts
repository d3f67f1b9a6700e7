import { describe, expect, it } from 'vitest';
import { wantedOf } from './wanted.ts';

const rows = (initialCandleLimit: number, maxRows: number) => ({ initialCandleLimit, maxRows });

describe('wantedOf', () => {
  it('is all frames with the rows that are asked for at first, and never more than are kept', () => {
    expect(wantedOf(undefined, rows(1500, 1500))).toEqual([{ tail: 1500 }]);
    expect(wantedOf(undefined, rows(300, 1500))).toEqual([{ tail: 300 }]);
    expect(wantedOf(undefined, rows(1500, 200))).toEqual([{ tail: 200 }]);
    expect(wantedOf(undefined, rows(0, 6000))).toEqual([{ tail: 6000 }]);
  });

  it('is what the user wants, in its order, within what is kept', () => {
    const want = [{ tail: 50, columns: ['rsi'] }, { tail: 9999, rate: 'candle' as const }, {}];
    expect(wantedOf(want, rows(1000, 1500))).toEqual([
      { tail: 50, columns: ['rsi'] },
      { tail: 1500, rate: 'candle' },
      { tail: 1000 },
    ]);
    expect(wantedOf([], rows(1000, 1500))).toEqual([]);
  });
});
