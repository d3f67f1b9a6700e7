import { describe, expect, it } from 'vitest';
import { ints, timestamps } from './column.ts';
import { type AnyFrame, Frame, emptyFrame } from './frame.ts';
import { printFrame } from './print-frame.ts';

const MINUTE_MS = 60_000;

function wide(columns: number, rows: number): AnyFrame {
  const column = (i: number) => Float64Array.from({ length: rows }, (_, row) => (row + 1) / (i + 1));
  return Frame.of(Object.fromEntries(Array.from({ length: columns }, (_, i) => [`c${i}`, column(i)])));
}

describe('printFrame', () => {
  it('shows every kind, with points below points and dots for what is missing', () => {
    const frame = Frame.of({
      date: timestamps([Date.UTC(2026, 10, 20, 9, 5), Number.NaN, Date.UTC(2026, 10, 20, 9, 15)]),
      close: [42_000.125, -0.5, Number.NaN],
      tiny: [1e-9, 1.234e-10, 0],
      volume: [Infinity, -0, 1e21],
      enter_long: ints([0, 1, 100]),
      hot: [true, false, true],
      id: [2n ** 62n, -1n, 0n],
      tag: ['breakout', null, ''],
    });
    expect(printFrame(frame)).toMatchInlineSnapshot(`
      "               date      close       tiny    volume  enter_long    hot                   id       tag
                timestamp    float64    float64   float64         int   bool                int64    string
      0  2026-11-20 09:05  42000.125  1e-9       Infinity           0   true  4611686018427387904  breakout
      1                 ·     -0.5    1.234e-10    -0               1  false                   -1         ·
      2  2026-11-20 09:15          ·  0             1e+21         100   true                    0
      3 rows x 8 columns"
    `);
  });

  it('shows the ends of what is long and of what is wide, and counts the rest', () => {
    expect(printFrame(wide(60, 1500), { edgeRows: 2, mostColumns: 4 })).toMatchInlineSnapshot(`
      "           c0       c1  …           c58           c59
            float64  float64          float64       float64
         0        1      0.5  …   0.016949153   0.016666667
         1        2      1    …   0.033898305   0.033333333
         …        …        …  …             …             …
      1498     1499    749.5  …  25.40678      24.983333
      1499     1500    750    …  25.423729     25
      1500 rows x 60 columns, 56 columns not shown"
    `);
  });

  it('shows all where all fits', () => {
    expect(printFrame(wide(3, 5), { edgeRows: 2, mostColumns: 3 })).toMatchInlineSnapshot(`
      "        c0       c1          c2
         float64  float64     float64
      0        1      0.5  0.33333333
      1        2      1    0.66666667
      2        3      1.5  1
      3        4      2    1.3333333
      4        5      2.5  1.6666667
      5 rows x 3 columns"
    `);
  });

  it('gives times the precision that they have', () => {
    const at = Date.UTC(2026, 0, 1);
    const date = timestamps([at, at + 5 * MINUTE_MS, at + 1000, at + 1, 9e15, -1]);
    expect(printFrame(Frame.of({ date }))).toMatchInlineSnapshot(`
      "                      date
                       timestamp
      0         2026-01-01 00:00
      1         2026-01-01 00:05
      2      2026-01-01 00:00:01
      3  2026-01-01 00:00:00.001
      4         9000000000000000
      5  1969-12-31 23:59:59.999
      6 rows x 1 column"
    `);
  });

  it('cuts long text and long names, and keeps each row in its line', () => {
    const frame = Frame.of({
      tag: [
        'x'.repeat(24),
        'x'.repeat(25),
        'two\nlines',
        '\u001B[31mred\u009B0m',
        '\u{1F600}'.repeat(24),
        '\u{1F600}'.repeat(25),
      ],
      ['a_name_that_is_longer_than_any_column_needs_to_be']: [1, 2, 3, 4, 5, 6],
    });
    expect(printFrame(frame)).toMatchInlineSnapshot(`
      "                                                tag  a_name_that_is_longer_t…
                                                   string                   float64
      0                          xxxxxxxxxxxxxxxxxxxxxxxx                         1
      1                          xxxxxxxxxxxxxxxxxxxxxxx…                         2
      2                                        two\\nlines                         3
      3                             \\u001b[31mred\\u009b0m                         4
      4  😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀                         5
      5   😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀…                         6
      6 rows x 2 columns"
    `);
  });

  it('has a line for what has no columns, or no rows', () => {
    expect(printFrame(emptyFrame)).toBe('0 rows x 0 columns');
    expect(printFrame(Frame.of({ date: timestamps([]), close: [] }))).toMatchInlineSnapshot(`
      "       date    close
        timestamp  float64
      0 rows x 2 columns"
    `);
  });

  it('shows nothing but the size where nothing else is wanted', () => {
    expect(printFrame(wide(2, 3), { edgeRows: 0, mostColumns: 0 })).toMatchInlineSnapshot(`
      "   …

      …  …
      3 rows x 2 columns, 2 columns not shown"
    `);
  });

  it.each([
    [1, 1],
    [11, 11],
    [12, 11],
  ])('of %d rows shows %d lines', (rows, lines) => {
    const printed = printFrame(wide(1, rows)).split('\n').slice(2, -1);
    expect(printed).toHaveLength(lines);
    expect(printed.some((line) => line.includes('…'))).toBe(rows > lines);
  });
});
