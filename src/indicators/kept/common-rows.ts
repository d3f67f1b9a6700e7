import { isSameMemory } from '../../frame/column.ts';
import { firstDifferentNumber } from '../../frame/compare-frames.ts';

/**
 * How many rows at the head of `now` are those of `before`, to the bit: all of `before`'s, all but its last, or -1 for fewer, which
 * nobody needs to tell apart. `isAppendOnly` says that both may be taken for equal where they are the same memory.
 */
export function commonRows(before: Float64Array, now: Float64Array, isAppendOnly: boolean): number {
  const rows = before.length;
  if (now.length < rows) return -1;
  if (isAppendOnly && isSameMemory(before, now)) return rows;
  const different = firstDifferentNumber(before, now, rows);
  if (different === -1) return rows;
  return different === rows - 1 ? different : -1;
}
