import { isDouble } from '../../frame/column.ts';
import { type AnyFrame, Column, type ColumnKind, Frame } from '../../frame/index.ts';

/** Rows of the frame that few arriving rows are written into, one arrival behind the other, of whichever stream with these columns. */
const SHARED_ROWS = 128;
/** More rows than this get a frame of their own. */
const MOST_SHARED = 4;

/** What a column's cells are written into. */
export type Cells = Float64Array | BigInt64Array | Uint8Array | (string | null)[];

/**
 * A frame whose rows are written once and handed out afterwards: a slice of it costs next to nothing, a frame that is built of columns several microseconds. What
 * is handed out is never written again.
 */
export interface RowLanding {
  /** The memory of all columns of doubles. */
  readonly doubles: Float64Array;
  /** Each column's memory; its cells begin at the column's `starts`. */
  readonly memory: readonly Cells[];
  readonly starts: readonly number[];
  /** The first row that is not handed out. */
  next: number;
  readonly capacity: number;
  readonly frame: AnyFrame;
}

const shared = new WeakMap<Columns, RowLanding>();

interface Columns {
  readonly names: readonly string[];
  readonly kinds: readonly ColumnKind[];
}

/** A landing with room for so many rows behind those that were handed out. */
export function landingFor(schema: Columns, rows: number): RowLanding {
  if (rows > MOST_SHARED) return newLanding(schema, rows);
  const landing = shared.get(schema);
  if (landing !== undefined && landing.next + rows <= landing.capacity) return landing;
  const made = newLanding(schema, SHARED_ROWS);
  shared.set(schema, made);
  return made;
}

/** The next so many rows, which now stand. */
export function handOut(landing: RowLanding, rows: number): AnyFrame {
  const { next } = landing;
  landing.next += rows;
  return landing.frame.slice(next, next + rows);
}

/** All doubles stand in one array, column behind column: an array each would take longer to make than to fill. */
function newLanding({ names, kinds }: Columns, capacity: number): RowLanding {
  const doubles = new Float64Array(capacity * kinds.filter(isDouble).length);
  const memory: Cells[] = [];
  const starts: number[] = [];
  const entries: [string, Column][] = [];
  let used = 0;
  for (let place = 0; place < kinds.length; place++) {
    const kind = kinds[place];
    const cells = isDouble(kind) ? doubles : newCells(kind, capacity);
    const start = isDouble(kind) ? used : 0;
    if (isDouble(kind)) used += capacity;
    memory.push(cells);
    starts.push(start);
    entries.push([names[place], Column.adopt(kind, cells).slice(start, start + capacity)]);
  }
  return { doubles, memory, starts, next: 0, capacity, frame: Frame.fromColumns(entries) };
}

function newCells(kind: ColumnKind, capacity: number): Cells {
  if (kind === 'int64') return new BigInt64Array(capacity);
  if (kind === 'bool') return new Uint8Array(capacity);
  return Array.from({ length: capacity }, () => null);
}
