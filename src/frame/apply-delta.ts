import type { AnyFrame } from './frame.ts';
import {
  type ColumnPatch,
  type FrameDelta,
  type HashedFrame,
  ascends,
  firstRowFrom,
  hasTimes,
  hashAfter,
} from './frame-delta.ts';
import { type WindowHash, hashesEqual } from './window-hash.ts';

/** What came of a delta. */
export type AppliedDelta =
  | { readonly status: 'applied'; readonly frame: HashedFrame }
  /** It does not fit the window held, or is none at all: `reason` says why. */
  | { readonly status: 'refused'; readonly reason: string }
  /** It fits, and what it gives is not the window that it was made from: `found` is the hash of that. */
  | { readonly status: 'mismatch'; readonly found: WindowHash };

/**
 * The window that a delta makes of the one held, where that is proved to be the sender's: its hash, computed from what is then held,
 * must be the one that the delta has. The window held stays as it is in any case, and the new one shares its memory but for columns
 * that are patched. Throws nothing, whatever the delta holds.
 *
 * `held.hash` must be the hash of `held.frame`; where it is not, the outcome is a mismatch.
 */
export function applyDelta(held: HashedFrame, delta: FrameDelta, time = 'date'): AppliedDelta {
  const kept = keptRows(held.frame, delta, time);
  if (typeof kept === 'string') return { status: 'refused', reason: kept };
  const { start, end } = kept;
  const reason = patchFault(held.frame, delta.patches, { kept: end - start, time });
  if (reason !== undefined) return { status: 'refused', reason };

  const rest = patched(held.frame.slice(start, end), delta.patches);
  // Without new rows there is nothing to make room for.
  const frame = delta.changed.length === 0 ? rest : rest.append(delta.changed);
  const hash = hashAfter(held, { frame, dropped: start, kept: end - start, patches: delta.patches }, time);
  if (!hashesEqual(hash, delta.hash)) return { status: 'mismatch', found: hash };
  return { status: 'applied', frame: { frame, hash } };
}

/** Which rows of the window held stay, or why a delta does not fit it. */
function keptRows(
  held: AnyFrame,
  { rows, changed }: FrameDelta,
  time: string,
): { start: number; end: number } | string {
  if (!changed.hasColumnsOf(held)) return 'its columns, their kinds or their order are not those of the window held';
  if (!hasTimes(held, time)) return `the window held has no column "${time}" of times`;
  if (!(Number.isInteger(rows) && rows >= changed.length)) {
    return `it has ${changed.length} rows for a window of ${rows}`;
  }
  const times = changed.column(time);
  if (!ascends(times, 0)) return 'the times of its rows do not ascend';
  const end = times.length === 0 ? held.length : firstRowFrom(held.column(time), Number(times.cell(0)));
  const start = end - (rows - changed.length);
  if (start >= 0) return { start, end };
  return `it goes on from ${rows - changed.length} rows that are older than its own, of which ${end} are held`;
}

/** Why patches cannot be written to the rows kept, if they can't. */
function patchFault(
  held: AnyFrame,
  patches: readonly ColumnPatch[],
  { kept, time }: { readonly kept: number; readonly time: string },
): string | undefined {
  const { names, origin } = held;
  let last = -1;
  for (const { column, rows, values } of patches) {
    if (!(Number.isInteger(column) && column >= 0 && column < names.length)) {
      return `its patches name column ${column}, of ${names.length}`;
    }
    if (column <= last) return `its patches name column ${column} after column ${last}`;
    last = column;
    if (names[column] === time) return `it patches "${time}", which tells the rows apart`;
    const { kind } = origin[column];
    if (values.kind !== kind) return `it patches column ${column}, of kind ${kind}, with ${values.kind}`;
    const where = `in its patch of column ${column}`;
    if (values.length !== rows.length) return `there are ${values.length} values for ${rows.length} cells ${where}`;
    if (!areAscendingRows(rows, kept)) return `rows do not ascend, or are not among the ${kept} kept, ${where}`;
  }
  return undefined;
}

function areAscendingRows(rows: Uint32Array, kept: number): boolean {
  for (let i = 1; i < rows.length; i++) if (rows[i] <= rows[i - 1]) return false;
  return rows.length === 0 || rows[rows.length - 1] < kept;
}

function patched(frame: AnyFrame, patches: readonly ColumnPatch[]): AnyFrame {
  let result = frame;
  for (const { column, rows, values } of patches) {
    result = result.withColumnAt(column, frame.columnAt(column).replaced(rows, values));
  }
  return result;
}
