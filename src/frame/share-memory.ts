import { Column } from './column.ts';
import { type HaveSameBytes, differingRows } from './differing-rows.ts';
import type { AnyFrame } from './frame.ts';
import { firstRowFrom, hasTimes } from './frame-delta.ts';

/**
 * A frame equal to `after`, to the bit, that shares the memory of `before` in every column whose rows of the same times are unchanged: new
 * rows are written behind those held. So a row of frames that were computed anew each time takes the memory of one, and what compares
 * two of them has nothing to look at. Rows are matched by `time`, a column of ascending times. A column that was changed in those
 * rows stays as it is in `after`, and so does the whole frame where columns or kinds differ.
 *
 * @param options.given the frame that `before` was made from: a column of `after` that goes on in its memory grows by itself, and stays
 *   as it is.
 */
export function shareMemory(
  before: AnyFrame,
  after: AnyFrame,
  options: { readonly given?: AnyFrame; readonly haveSameBytes?: HaveSameBytes; readonly time?: string } = {},
): AnyFrame {
  const { given = before, haveSameBytes, time = 'date' } = options;
  if (before.length === 0 || after.length === 0 || !hasTimes(after, time) || !after.hasColumnsOf(before)) return after;
  const dropped = firstRowFrom(before.column(time), Number(after.column(time).cell(0)));
  const shared = Math.min(before.length - dropped, after.length);
  if (shared <= 0 || after.origin === given.origin) return after;
  let sharesMore = false;
  const columns = after.columnList.map((column, place) => {
    if (growsIn(given.columnList.at(place), column)) return column;
    const joined = sharedColumn(before.columnList[place], dropped, column, shared, haveSameBytes);
    sharesMore ||= joined !== column;
    return joined;
  });
  return sharesMore ? after.withColumnList(columns) : after;
}

function sharedColumn(
  before: Column,
  dropped: number,
  after: Column,
  shared: number,
  haveSameBytes: HaveSameBytes | undefined,
): Column {
  if (differingRows(before, dropped, after, 0, shared, haveSameBytes).length > 0) return after;
  const kept = before.slice(dropped, dropped + shared);
  return shared === after.length ? kept : kept.append(after.slice(shared, after.length));
}

function growsIn(given: Column | undefined, after: Column): boolean {
  return given !== undefined && Column.dataOf(given) === Column.dataOf(after);
}

/** Bytes of columns of `after` that do not lie in the memory of `before`: what it takes to hold both. Text counts 8 a cell. */
export function unsharedBytes(before: AnyFrame, after: AnyFrame): number {
  if (after.origin === before.origin) return 0;
  let columns = 0;
  for (const [place, column] of after.origin.entries()) {
    const held = before.origin.at(place);
    if (held === undefined || Column.dataOf(held) !== Column.dataOf(column)) columns += 1;
  }
  return 8 * columns * after.length;
}
