import { type AnyFrame, firstDifferentRowOf } from '../frame/index.ts';
import { WHOLE_FRAME_ROWS } from '../wire/index.ts';

/**
 * How many of the last rows of `next` must be sent to one who holds `previous`, so that it holds `next`: 1 where only the newest
 * row is new, more where the strategy rewrote earlier ones, all where columns changed or the change reaches back too far to
 * be joined on.
 */
export function changedRows(previous: AnyFrame | undefined, next: AnyFrame): number {
  if (previous === undefined || next.length === 0 || !next.hasColumnsOf(previous)) return next.length;
  const offset = rowOfDate(previous, next.numbers('date')[0]);
  if (offset === -1) return next.length;

  const shared = Math.min(previous.length - offset, next.length);
  const before = previous.slice(offset, offset + shared);
  const different = firstDifferentRowOf(before, next.head(shared), shared);
  const from = different === -1 ? shared : joinableRow(before, next, different);
  const rows = Math.max(1, next.length - from);
  return rows < WHOLE_FRAME_ROWS ? rows : next.length;
}

/** Where a row vanished, the one before must go too: what is joined replaces all from its first date on. */
function joinableRow(before: AnyFrame, next: AnyFrame, row: number): number {
  const vanished = before.numbers('date')[row] !== next.numbers('date')[row];
  return vanished ? Math.max(0, row - 1) : row;
}

function rowOfDate(frame: AnyFrame, date: number): number {
  const dates = frame.numbers('date');
  for (let row = 0; row < dates.length && dates[row] <= date; row++) if (dates[row] === date) return row;
  return -1;
}
