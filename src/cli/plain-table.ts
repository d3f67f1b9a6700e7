import Table from 'cli-table3';

/** Cells as they are printed: text that may carry colour. */
export type Row = readonly string[];

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** A table without lines, columns two spaces apart; those of `rightAligned` end together. */
export function plainTable(head: Row, rows: readonly Row[], rightAligned: readonly number[] = []): string {
  const table = new Table({
    head: [...head],
    chars: noLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((_, column) => (rightAligned.includes(column) ? 'right' : 'left')),
  });
  for (const row of rows) table.push([...row]);
  const lines = table.toString().split('\n');
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
