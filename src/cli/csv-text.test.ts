import { expect, it } from 'vitest';
import { csvText } from './csv-text.ts';

it('quotes what would break a row', () => {
  expect(
    csvText(
      ['a', 'b'],
      [
        ['1', 'x,y'],
        ['say "no"', 'two\nlines'],
        ['', ' '],
      ],
    ),
  ).toBe('a,b\n1,"x,y"\n"say ""no""","two\nlines"\n, \n');
});
