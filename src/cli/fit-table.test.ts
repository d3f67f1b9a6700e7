import { describe, expect, it } from 'vitest';
import { fitTable, type TableColumn } from './fit-table.ts';
import { textWidth } from './text-width.ts';

interface Item {
  readonly name: string;
  readonly price: number;
  readonly note: string;
}

const columns: readonly TableColumn<Item>[] = [
  { head: 'name', cell: ({ name }) => ({ text: name }) },
  { head: 'price', align: 'right', cell: ({ price }) => ({ text: price.toFixed(2) }) },
  { head: 'extra', cell: () => ({ text: 'x' }), leaves: 2 },
  { head: 'more', cell: () => ({ text: 'y' }), leaves: 1, least: 6 },
  { head: 'note', cell: ({ note }) => ({ text: note, style: 'red' }) },
];
const items: readonly Item[] = [
  { name: 'BTC/USDT', price: 7455.6, note: 'fine' },
  { name: 'A', price: 0.5, note: 'missing: there is a long reason for it' },
  { name: '币安/USDT', price: 12, note: '' },
];
const plain = (_: unknown, text: string) => text;
const endless = Number.POSITIVE_INFINITY;
const table = (width: number, height = endless) =>
  fitTable(columns, items, { room: { width, height }, paint: plain, rowName: 'items' });

describe('fitTable', () => {
  it('aligns columns, wide characters too', () => {
    expect(table(endless)).toMatchInlineSnapshot(`
      "name         price  extra  more    note
      BTC/USDT   7455.60  x      y       fine
      A             0.50  x      y       missing: there is a long reason for it
      币安/USDT    12.00  x      y
      "
    `);
  });

  it('drops columns where the room is small, and cuts the last one', () => {
    expect(table(50)).toMatchInlineSnapshot(`
      "name         price  note
      BTC/USDT   7455.60  fine
      A             0.50  missing: there is a long reas…
      币安/USDT    12.00
      "
    `);
    expect(table(40)).toMatchInlineSnapshot(`
      "name         price  note
      BTC/USDT   7455.60  fine
      A             0.50  missing: there is a…
      币安/USDT    12.00
      "
    `);
  });

  it.each([80, 60, 50, 40, 30])('is no wider than %i', (width) => {
    const lines = table(width).split('\n');
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(width);
  });

  it('says how many rows the height leaves out', () => {
    expect(table(endless, 4).trimEnd().split('\n')).toHaveLength(4);
    const cut = table(endless, 3).trimEnd().split('\n');
    expect(cut).toHaveLength(3);
    expect(cut[2]).toBe('… and 2 more items');
  });

  it('paints what was cut and filled up already', () => {
    const paint = (style: unknown, text: string) => `<${String(style)}>${text}</>`;
    const painted = fitTable(columns, items.slice(1, 2), { room: { width: 20, height: 9 }, paint, rowName: 'items' });
    expect(painted).toContain('<red>missin…</>');
  });
});
