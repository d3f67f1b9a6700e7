import { Column, type Data, isSameMemory } from './column.ts';

/** A column from some row on, where it lies. */
interface Placed {
  readonly data: Data;
  readonly at: number;
}

/** So few rows are compared one by one. */
const FEW_ROWS = 64;

/**
 * Whether `length` bytes are the same from one place in one array, and from another in the other. What a browser has for it is a loop;
 * Node's `Buffer.prototype.compare` is ten times as fast.
 */
export type HaveSameBytes = (
  left: Uint8Array,
  leftAt: number,
  right: Uint8Array,
  rightAt: number,
  length: number,
) => boolean;

const none: readonly number[] = [];

/**
 * The rows, ascending and counted from `leftRow` and `rightRow`, in which two columns of one kind differ within `rows` rows. NaN equals NaN, -0 is not 0. What both share is not looked at. With `haveSameBytes`, numbers are compared by it where it can settle
 * them, and one by one where not.
 */
export function differingRows(
  left: Column,
  leftRow: number,
  right: Column,
  rightRow: number,
  rows: number,
  haveSameBytes?: HaveSameBytes,
): readonly number[] {
  const [mine, theirs] = [placed(left, leftRow), placed(right, rightRow)];
  if (areOneMemory(mine, theirs)) return none;
  const found: number[] = [];
  if (mine.data instanceof Float64Array && theirs.data instanceof Float64Array) {
    const areSame = haveSameBytes && sameRowsBy(haveSameBytes, mine.data, theirs.data);
    const doubles = { left: mine.data, leftAt: mine.at, right: theirs.data, rightAt: theirs.at, areSame };
    // What differs is the last rows as a rule, where a candle was not over yet.
    const last = Math.max(0, rows - FEW_ROWS);
    findDoubles(doubles, 0, last, found);
    compareDoubles(doubles, last, rows, found);
  } else findOthers(mine, theirs, rows, found);
  return found;
}

function placed(column: Column, row: number): Placed {
  return { data: Column.dataOf(column), at: Column.startOf(column) + row };
}

function areOneMemory(left: Placed, right: Placed): boolean {
  if (left.at !== right.at) return false;
  if (left.data === right.data) return true;
  return left.data instanceof Float64Array && right.data instanceof Float64Array && isSameMemory(left.data, right.data);
}

interface Doubles {
  readonly left: Float64Array;
  readonly leftAt: number;
  readonly right: Float64Array;
  readonly rightAt: number;
  readonly areSame: AreSame | undefined;
}

/** Whether as many rows of both, from these places on, are surely the same. */
type AreSame = (leftAt: number, rightAt: number, rows: number) => boolean;

function sameRowsBy(haveSameBytes: HaveSameBytes, left: Float64Array, right: Float64Array): AreSame {
  const [mine, theirs] = [bytesOf(left), bytesOf(right)];
  return (leftAt, rightAt, rows) => haveSameBytes(mine, 8 * leftAt, theirs, 8 * rightAt, 8 * rows);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Halves the rows until their bytes are the same or they are few: most columns differ nowhere, and others in a row or two. */
function findDoubles(doubles: Doubles, from: number, to: number, found: number[]): void {
  const { leftAt, rightAt, areSame } = doubles;
  if (areSame === undefined || to - from <= FEW_ROWS) {
    compareDoubles(doubles, from, to, found);
  } else if (!areSame(leftAt + from, rightAt + from, to - from)) {
    const middle = (from + to) >>> 1;
    findDoubles(doubles, from, middle, found);
    findDoubles(doubles, middle, to, found);
  }
}

/** A loop of its own, so that the engine sees one kind of array here. */
function compareDoubles({ left, leftAt, right, rightAt }: Doubles, from: number, to: number, found: number[]): void {
  for (let row = from; row < to; row++) {
    const a = left[leftAt + row];
    const b = right[rightAt + row];
    // Equal and not zero is the common case; Object.is settles NaN and -0.
    if ((a !== b || a === 0) && !Object.is(a, b)) found.push(row);
  }
}

function findOthers(left: Placed, right: Placed, rows: number, found: number[]): void {
  for (let row = 0; row < rows; row++) {
    if (!Object.is(left.data[left.at + row], right.data[right.at + row])) found.push(row);
  }
}
