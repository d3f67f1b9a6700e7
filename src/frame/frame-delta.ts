import { Column, type ColumnKind, isDouble } from './column.ts';
import { type HaveSameBytes, differingRows } from './differing-rows.ts';
import type { AnyFrame } from './frame.ts';
import { type WindowHash, addHash, hashCells, hashRows, subtractHash } from './window-hash.ts';

/** A frame and the hash of all of its rows (`hashRows`). */
export interface HashedFrame {
  readonly frame: AnyFrame;
  readonly hash: WindowHash;
}

/** New values of some cells of one column. */
export interface ColumnPatch {
  /** The column's place. */
  readonly column: number;
  /** Rows of the window after the change, ascending. */
  readonly rows: Uint32Array;
  readonly values: Column;
}

/**
 * What makes one window of rows from another: the last rows that are older than the first of `changed`, as many as it then takes to
 * come to `rows`; the patches; and `changed` behind them. Without changed rows it is the last `rows` rows and the patches. All values
 * are absolute.
 */
export interface FrameDelta {
  /** How many the window has afterwards. */
  readonly rows: number;
  /** Of the window afterwards. */
  readonly hash: WindowHash;
  /** The window's last rows, whole. */
  readonly changed: AnyFrame;
  /** Of cells in the rows before those, by column, ascending. */
  readonly patches: readonly ColumnPatch[];
}

/** What values take when they are sent, in bytes; of text, a guess. */
const KIND_BYTES: Readonly<Record<ColumnKind, number>> = {
  float64: 8,
  timestamp: 8,
  int: 8,
  int64: 8,
  bool: 1,
  string: 12,
};
/** Of a patch: its column and how many rows it has, and the place of each row. */
const PATCH_BYTES = 6;
const PLACE_BYTES = 4;

/** A frame with its hash, computed from all of its rows. Throws as `hashRows` does. */
export function hashedFrame(frame: AnyFrame, time = 'date'): HashedFrame {
  return { frame, hash: hashRows(frame, 0, frame.length, time) };
}

/**
 * What takes a holder of `before` to `after`, and `after` with its hash, for the next time. Rows are matched by `time`, a column of
 * strictly ascending times.
 *
 * Cells that changed are sent alone, or with the whole row and all that come after it where that is shorter; a row that was put in or
 * taken out in the middle is always sent so. What memory both frames share is not looked at, and the hash is computed from what
 * changed, so for a frame that grew out of the other all costs only what is new in it.
 *
 * Where memory is not shared, `haveSameBytes` makes the comparison several times as fast.
 *
 * Undefined where a delta makes no sense: the whole frame would be no longer, it begins with a row that the other lacks, its new times
 * do not ascend, or columns, kinds or order differ.
 */
export function frameDelta(
  before: HashedFrame,
  after: AnyFrame,
  time = 'date',
  haveSameBytes?: HaveSameBytes,
): { readonly delta: FrameDelta; readonly after: HashedFrame } | undefined {
  if (!after.hasColumnsOf(before.frame) || !hasTimes(after, time)) return undefined;
  const joint = jointOf(before.frame.column(time), after.column(time), haveSameBytes);
  if (joint === undefined) return undefined;
  const differences = differencesOf(before.frame, after, joint, haveSameBytes);
  const kept = differences.length === 0 ? joint.kept : cheapestCut(after, differences, joint.kept);
  if (kept === 0 && after.length > 0) return undefined;

  const patches = patchesOf(after, differences, kept);
  const hash = hashAfter(before, { frame: after, kept, dropped: joint.dropped, patches }, time);
  return {
    delta: { rows: after.length, hash, changed: after.slice(kept, after.length), patches },
    after: { frame: after, hash },
  };
}

/** Whether the frame has a column of times: of a kind that is stored as doubles. */
export function hasTimes(frame: AnyFrame, time: string): boolean {
  const kind = frame.kind(time);
  return kind !== undefined && isDouble(kind);
}

/** How two windows of rows lie to one another: rows 0 to `kept` of the later one are rows `dropped` and on of the earlier one. */
interface Joint {
  readonly dropped: number;
  readonly kept: number;
}

/** Undefined where the later window begins with a row that the earlier one lacks, or times do not ascend. */
function jointOf(before: Column, after: Column, haveSameBytes?: HaveSameBytes): Joint | undefined {
  if (after.length === 0) return { dropped: before.length, kept: 0 };
  const first = timeAt(after, 0);
  const dropped = firstRowFrom(before, first);
  if (dropped === before.length || timeAt(before, dropped) !== first) return undefined;
  const shared = Math.min(before.length - dropped, after.length);
  let kept = differingRows(before, dropped, after, 0, shared, haveSameBytes)[0] ?? shared;
  if (!ascends(after, kept)) return undefined;
  // Rows of the earlier window that no longer are go only with a row that takes their place, or with the one before them.
  const next = dropped + kept;
  const isGone = next < before.length && !(kept < after.length && timeAt(after, kept) <= timeAt(before, next));
  if (isGone) kept--;
  return { dropped, kept };
}

/** Whether times strictly ascend from the row before `from` on. NaN, which is missing, does not. */
export function ascends(times: Column, from: number): boolean {
  const data = Column.dataOf(times);
  const start = Column.startOf(times);
  if (data instanceof Float64Array) return doublesAscend(data, start + from, start + times.length, from > 0);
  for (let row = Math.max(1, from); row < times.length; row++) {
    if (!(timeAt(times, row) > timeAt(times, row - 1))) return false;
  }
  return true;
}

/** A loop of its own, so that the engine sees one kind of array here. The first one follows the one before it only if that counts. */
function doublesAscend(data: Float64Array, start: number, end: number, follows: boolean): boolean {
  let last = follows ? data[start - 1] : -Infinity;
  for (let at = start; at < end; at++) {
    const time = data[at];
    if (!(time > last)) return false;
    last = time;
  }
  return true;
}

/** The first row that is not older than `time`, or the number of rows. */
export function firstRowFrom(times: Column, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timeAt(times, middle) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function timeAt(times: Column, row: number): number {
  return Number(times.cell(row));
}

/** In which rows a column differs, ascending. */
interface Difference {
  readonly column: number;
  readonly rows: readonly number[];
}

function differencesOf(
  before: AnyFrame,
  after: AnyFrame,
  { dropped, kept }: Joint,
  haveSameBytes?: HaveSameBytes,
): Difference[] {
  const differences: Difference[] = [];
  const [old, now] = [before.origin, after.origin];
  const [oldRow, nowRow] = [before.originRow + dropped, after.originRow];
  // A frame that others grew out of lies where they do.
  if (old === now && oldRow === nowRow) return differences;
  for (let column = 0; column < now.length; column++) {
    const rows = differingRows(old[column], oldRow, now[column], nowRow, kept, haveSameBytes);
    if (rows.length > 0) differences.push({ column, rows });
  }
  return differences;
}

/** How many rows to keep so that what is sent is shortest: the rest is sent whole, and changes in the rows kept as patches. */
function cheapestCut(after: AnyFrame, differences: readonly Difference[], kept: number): number {
  const { columnList } = after;
  const rowBytes = columnList.reduce((bytes, { kind }) => bytes + KIND_BYTES[kind], 0);
  const earliest = differences.reduce((row, { rows }) => Math.min(row, rows[0]), kept);
  // What the patches of each row take; what a column's patch takes by itself, in the first row that it has.
  const patchBytes = new Uint32Array(kept - earliest);
  for (const { column, rows } of differences) {
    const cellBytes = PLACE_BYTES + KIND_BYTES[columnList[column].kind];
    for (const row of rows) patchBytes[row - earliest] += cellBytes;
    patchBytes[rows[0] - earliest] += PATCH_BYTES;
  }
  let [cut, least, bytes] = [kept, 0, 0];
  for (let row = kept - 1; row >= earliest; row--) {
    bytes += rowBytes - patchBytes[row - earliest];
    if (bytes < least) [cut, least] = [row, bytes];
  }
  return cut;
}

function patchesOf(after: AnyFrame, differences: readonly Difference[], kept: number): ColumnPatch[] {
  const patches: ColumnPatch[] = [];
  for (const { column, rows } of differences) {
    const inKept = Uint32Array.from(rows[rows.length - 1] < kept ? rows : rows.filter((row) => row < kept));
    if (inKept.length > 0) patches.push({ column, rows: inKept, values: cellsAt(after.columnList[column], inKept) });
  }
  return patches;
}

/** The values at these rows, in memory of their own. */
function cellsAt(column: Column, rows: Uint32Array): Column {
  const { data, start } = Column.raw(column);
  if (Array.isArray(data))
    return Column.adopt(
      column.kind,
      Array.from(rows, (row) => data[start + row]),
    );
  if (data instanceof BigInt64Array) {
    return Column.adopt(
      column.kind,
      BigInt64Array.from({ length: rows.length }, (_, i) => data[start + rows[i]]),
    );
  }
  const cells = data instanceof Uint8Array ? new Uint8Array(rows.length) : new Float64Array(rows.length);
  for (let i = 0; i < cells.length; i++) cells[i] = data[start + rows[i]];
  return Column.adopt(column.kind, cells);
}

/** What a window became: rows 0 to `kept` are the earlier one's from row `dropped` on, but for the patches. */
export interface ChangedWindow {
  readonly frame: AnyFrame;
  readonly dropped: number;
  readonly kept: number;
  readonly patches: readonly ColumnPatch[];
}

/**
 * The hash of a window, from that of the one that it was before and from all that went and came, read where it is held. Where more rows
 * went than stayed, from all that is there now.
 */
export function hashAfter(before: HashedFrame, after: ChangedWindow, time: string): WindowHash {
  const { frame, dropped, kept, patches } = after;
  const old = before.frame;
  if (old.length - kept > kept) return hashRows(frame, 0, frame.length, time);
  let hash = subtractHash(before.hash, hashRows(old, 0, dropped, time));
  hash = subtractHash(hash, hashRows(old, dropped + kept, old.length, time));
  hash = addHash(hash, hashRows(frame, kept, frame.length, time));
  for (const { column, rows } of patches) {
    hash = subtractHash(hash, hashCells(old, column, rows, { offset: dropped, time }));
    hash = addHash(hash, hashCells(frame, column, rows, { time }));
  }
  return hash;
}
