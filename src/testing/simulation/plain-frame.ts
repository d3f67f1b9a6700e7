import { type AnyFrame, type CellValue, Column, type ColumnKind, Frame } from '../../frame/index.ts';

export interface PlainColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** One row's cells in the order of its frame's columns. */
export type PlainRow = readonly CellValue[];

/**
 * A frame as plain lists, which shares nothing with frames: what an oracle keeps, so that memory which changed under a frame shows. Rows
 * that frames have in common are the same objects.
 */
export interface PlainFrame {
  readonly columns: readonly PlainColumn[];
  readonly rows: readonly PlainRow[];
}

/** What a consumer that wants these columns and this many last rows of a frame should have of it. `date` always belongs to it. */
export function projected(
  frame: PlainFrame,
  want: { readonly columns?: readonly string[] | undefined; readonly tail?: number | undefined },
): PlainFrame {
  const { columns, tail = frame.rows.length } = want;
  const rows = frame.rows.slice(Math.max(0, frame.rows.length - tail));
  if (columns === undefined) return { columns: frame.columns, rows };
  const places = frame.columns.flatMap(({ name }, i) => (name === 'date' || columns.includes(name) ? [i] : []));
  return {
    columns: places.map((place) => frame.columns[place]),
    rows: rows.map((row) => places.map((place) => row[place])),
  };
}

/** Where a frame is not what it should be, in words; undefined where it is so to the bit. */
export function differenceFrom(expected: PlainFrame, found: AnyFrame): string | undefined {
  const columns = found.names.map((name, i) => `${name} ${found.columnList[i].kind}`);
  const expectedColumns = expected.columns.map(({ name, kind }) => `${name} ${kind}`);
  if (columns.join() !== expectedColumns.join()) {
    return `columns: expected ${expectedColumns.join(', ')}; found ${columns.join(', ')}`;
  }
  if (found.length !== expected.rows.length) {
    return `rows: expected ${expected.rows.length}, found ${found.length}`;
  }
  for (let place = 0; place < columns.length; place++) {
    const column = found.columnList[place];
    for (let row = 0; row < found.length; row++) {
      const [wanted, cell] = [expected.rows[row][place], column.cell(row)];
      if (Object.is(wanted, cell)) continue;
      return `row ${row} of ${found.length}, column ${columns[place]}: expected ${cellText(wanted)}, found ${cellText(cell)}`;
    }
  }
  return undefined;
}

function cellText(cell: CellValue): string {
  if (typeof cell === 'string') return JSON.stringify(cell.slice(0, 100));
  return Object.is(cell, -0) ? '-0' : String(cell);
}

/** A frame that was built before, and what of. */
export interface BuiltFrame {
  readonly plain: PlainFrame;
  readonly frame: AnyFrame;
}

/** As a frame in memory of its own. */
export function builtAnew(plain: PlainFrame): BuiltFrame {
  return { plain, frame: frameOf(plain, 0) };
}

/** As a frame that shares the memory of one built before as far as their rows are the same. */
export function builtOn(before: BuiltFrame, plain: PlainFrame): BuiltFrame {
  const { rows, columns } = before.plain;
  const dropped = plain.rows.length === 0 ? -1 : rows.indexOf(plain.rows[0]);
  if (plain.columns !== columns || dropped === -1) return builtAnew(plain);
  let kept = 1;
  while (kept < plain.rows.length && plain.rows[kept] === rows[dropped + kept]) kept++;
  const shared = before.frame.slice(dropped, dropped + kept);
  return { plain, frame: kept === plain.rows.length ? shared : shared.append(frameOf(plain, kept)) };
}

function frameOf({ columns, rows }: PlainFrame, start: number): AnyFrame {
  const from = rows.slice(start);
  return Frame.fromColumns(columns.map(({ name, kind }, i) => [name, columnOf(kind, from, i)]));
}

function columnOf(kind: ColumnKind, rows: readonly PlainRow[], place: number): Column {
  const cells = rows.map((row) => row[place]);
  if (kind === 'string')
    return Column.adopt(
      kind,
      cells.map((cell) => (typeof cell === 'string' ? cell : null)),
    );
  if (kind === 'int64')
    return Column.adopt(
      kind,
      BigInt64Array.from(cells, (cell) => BigInt(cell ?? 0)),
    );
  if (kind === 'bool') return Column.adopt(kind, Uint8Array.from(cells, Number));
  return Column.adopt(kind, Float64Array.from(cells, Number));
}
