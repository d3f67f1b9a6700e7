import type { AnyFrame } from 'candlecast/frame';

/** A frame as text, so that it can leave the page: no two cells that differ in a bit are written alike, but for NaN. */
export interface Cells {
  readonly rows: number;
  readonly columns: readonly {
    readonly name: string;
    readonly kind: string;
    readonly cells: readonly string[];
  }[];
}

/** Every cell of a frame. */
export function cellsOf(frame: AnyFrame): Cells {
  const columns = frame.names.map((name) => {
    const column = frame.column(name);
    const cells = Array.from({ length: frame.length }, (_, row) => cellText(column.cell(row)));
    return { name, kind: column.kind, cells };
  });
  return { rows: frame.length, columns };
}

/** JavaScript prints the shortest decimals that make the same double, and only -0 as another. */
function cellText(cell: unknown): string {
  if (Object.is(cell, -0)) return '-0';
  return typeof cell === 'bigint' ? `${cell}n` : typeof cell === 'string' ? JSON.stringify(cell) : String(cell);
}
