/* oxlint-disable typescript/no-unsafe-type-assertion -- a column's kind says which values it holds, which the type checker cannot follow */
import { assert } from '../util/assert.ts';
import { isLittleEndian } from '../util/little-endian.ts';
import { Column, type ColumnKind, isDouble } from './column.ts';
import { wrongKind } from './column-checks.ts';
import type { AnyFrame } from './frame.ts';
import { MOST_DOUBLES, newDoublesHasher } from './hash-doubles.ts';

/** 64 bits that stand for a window's rows, as two unsigned words of 32. */
export interface WindowHash {
  readonly lo: number;
  readonly hi: number;
}

/** Of no rows. */
export const noRowsHash: WindowHash = { lo: 0, hi: 0 };

/** Keys of text and of schemas: digits of pi and of the golden ratio, which hide no purpose. */
const TEXT_KEY_LOW = 0x243f6a88;
const TEXT_KEY_HIGH = 0x85a308d3;
const SCHEMA_KEY_LOW = 0x9e3779b9;
const SCHEMA_KEY_HIGH = 0x7f4a7c15;
/** The high word of what a column's key is made from: a NaN that no time has, so that no row has the key of a column. */
const COLUMN_MARK = 0xffffffff;

/** Cells that are mixed at a time. */
const BLOCK = MOST_DOUBLES;
/** So few rows are gone through one by one, more of them column by column. */
const FEW_ROWS = 4;
/** For fewer rows of a column it is not worth to go over to WebAssembly. */
const LEAST_HASHED = 16;

/** The cells of a block, as values and as the words that make them up. */
const doubles = new Float64Array(BLOCK);
const words = new Int32Array(doubles.buffer);
const bigInts = new BigInt64Array(doubles.buffer);
const hasher = newDoublesHasher();
const rowKeysLow = hasher?.rowKeysLow ?? new Int32Array(BLOCK);
const rowKeysHigh = hasher?.rowKeysHigh ?? new Int32Array(BLOCK);
/** Where the low and the high word of a value lie: a machine's own order. */
const LOW = isLittleEndian ? 0 : 1;
const HIGH = 1 - LOW;

/** What `mix` made last. */
const mixed = new Int32Array(2);
/** What `addBlock` added up. */
const sum = new Int32Array(2);

/**
 * The hash of the rows from `start` to `end` (exclusive), both within the frame: the sum of a hash for each cell, which is made of its
 * bits, of its row's time and of its column's place in this very schema. So the hashes of runs of rows add up to that of all of them,
 * and a changed cell costs what the cell does. The order of rows is not in it, and follows from their times. The time column,
 * `time`, holds doubles.
 *
 * Frames of one schema that are equal (`framesEqual`) have equal hashes. One changed number always changes the hash; other differences
 * go unseen by chance only, about 1 in 2^64. Not meant to withstand someone who looks for collisions.
 *
 * @throws FrameError FRAME_UNKNOWN_COLUMN, FRAME_WRONG_KIND where there are rows and no such time column.
 */
export function hashRows(frame: AnyFrame, start = 0, end: number = frame.length, time = 'date'): WindowHash {
  assert(start >= 0 && start <= end && end <= frame.length, 'the rows to be hashed are within the frame');
  if (start === end) return noRowsHash;
  const keys = keysOf(frame);
  const times = timeColumn(frame, time);
  const { origin, originRow } = frame;
  const last = originRow + end;
  sum[0] = 0;
  sum[1] = 0;
  if (end - start <= FEW_ROWS) {
    for (let row = originRow + start; row < last; row++) addRow(origin, row, times, keys);
  } else {
    // What is left of a sum that ended in an error, such as that of a column which could not be computed.
    hasher?.clear();
    for (let row = originRow + start; row < last; row += BLOCK) {
      addRows(origin, row, Math.min(BLOCK, last - row), times, keys);
    }
  }
  return { lo: sum[0] >>> 0, hi: sum[1] >>> 0 };
}

/** The part of a window's hash that stands for some cells of the column at place `column`: those at `rows`, each moved by `offset`. */
export function hashCells(
  frame: AnyFrame,
  column: number,
  rows: Uint32Array,
  { offset = 0, time = 'date' }: { readonly offset?: number; readonly time?: string } = {},
): WindowHash {
  if (rows.length === 0) return noRowsHash;
  const keys = keysOf(frame);
  const times = timeColumn(frame, time);
  const moved = frame.originRow + offset;
  sum[0] = 0;
  sum[1] = 0;
  for (let from = 0; from < rows.length; from += BLOCK) {
    const count = Math.min(BLOCK, rows.length - from);
    gatherCellsAt(times, rows, from, moved, count);
    makeRowKeys(count, keys.seed);
    gatherCellsAt(frame.origin[column], rows, from, moved, count);
    addBlock(count, 1, keys.columns, 2 * column, 0);
  }
  return { lo: sum[0] >>> 0, hi: sum[1] >>> 0 };
}

/** The hash of both runs of rows together. */
export function addHash(some: WindowHash, others: WindowHash): WindowHash {
  return { lo: (some.lo + others.lo) >>> 0, hi: (some.hi + others.hi) >>> 0 };
}

/** The hash of what is left of `all` without the rows or cells of `some`. */
export function subtractHash(all: WindowHash, some: WindowHash): WindowHash {
  return { lo: (all.lo - some.lo) >>> 0, hi: (all.hi - some.hi) >>> 0 };
}

export function hashesEqual(left: WindowHash, right: WindowHash): boolean {
  return left.lo === right.lo && left.hi === right.hi;
}

/** 16 hexadecimal digits, the high word first. */
export function hashText({ lo, hi }: WindowHash): string {
  return [hi, lo].map((word) => word.toString(16).padStart(8, '0')).join('');
}

/**
 * Makes 64 bits of 64, under a key of as many: every bit of the input and of the key reaches every bit of the result, and no two
 * inputs give the same one. The multipliers are those of the finalizer of MurmurHash3 (Austin Appleby) and of lowbias32 (Chris
 * Wellons), both in the public domain.
 */
function mix(low: number, high: number, keyLow: number, keyHigh: number): void {
  let x = low ^ keyLow;
  let y = high ^ keyHigh;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  y = Math.imul(y ^ (y >>> 15), 0xc2b2ae35);
  x = (x + ((y << 13) | (y >>> 19))) | 0;
  y ^= (x << 17) | (x >>> 15);
  x = Math.imul(x ^ (x >>> 15), 0x7feb352d);
  y = Math.imul(y ^ (y >>> 16), 0x846ca68b);
  x = (x + ((y << 15) | (y >>> 17))) | 0;
  y ^= (x << 11) | (x >>> 21);
  mixed[0] = x ^ (x >>> 16);
  mixed[1] = y ^ (y >>> 15);
}

/**
 * Adds the first `count` cells of the block to the sum. From one cell to the next it is `rowStep` rows and `columnStep` words of the columns'
 * keys, of which each column has two.
 */
function addBlock(count: number, rowStep: number, columnKeys: Int32Array, columnAt: number, columnStep: number): void {
  let lo = 0;
  let hi = 0;
  for (let i = 0, row = 0, column = columnAt; i < count; i++, row += rowStep, column += columnStep) {
    const keyLow = rowKeysLow[row] + columnKeys[column];
    const keyHigh = rowKeysHigh[row] + columnKeys[column + 1];
    mix(words[2 * i + LOW], words[2 * i + HIGH], keyLow, keyHigh);
    lo = (lo + mixed[0]) | 0;
    hi = (hi + mixed[1]) | 0;
  }
  sum[0] += lo;
  sum[1] += hi;
}

/** Row keys of the times that the block holds. */
function makeRowKeys(count: number, seed: Int32Array): void {
  for (let i = 0; i < count; i++) {
    mix(words[2 * i + LOW], words[2 * i + HIGH], seed[0], seed[1]);
    rowKeysLow[i] = mixed[0];
    rowKeysHigh[i] = mixed[1];
  }
}

function addRow(columns: readonly Column[], row: number, times: Column, keys: SchemaKeys): void {
  gatherCell(times, row, 0);
  makeRowKeys(1, keys.seed);
  for (let from = 0; from < columns.length; from += BLOCK) {
    const count = Math.min(BLOCK, columns.length - from);
    for (let i = 0; i < count; i++) gatherCell(columns[from + i], row, i);
    addBlock(count, 0, keys.columns, 2 * from, 2);
  }
}

function addRows(columns: readonly Column[], row: number, count: number, times: Column, keys: SchemaKeys): void {
  gatherCells(times, row, count);
  makeRowKeys(count, keys.seed);
  const by = count < LEAST_HASHED ? undefined : hasher;
  for (let i = 0; i < columns.length; i++) {
    const data = Column.dataOf(columns[i]);
    if (by !== undefined && data instanceof Float64Array) {
      by.add(data, Column.startOf(columns[i]) + row, count, keys.columns[2 * i], keys.columns[2 * i + 1]);
    } else {
      gatherCells(columns[i], row, count);
      addBlock(count, 1, keys.columns, 2 * i, 0);
    }
  }
  if (by === undefined) return;
  sum[0] += by.takeLow();
  sum[1] += by.takeHigh();
}

/** Puts `count` cells of a column, from `row` on, into the block. */
function gatherCells(column: Column, row: number, count: number): void {
  const data = Column.dataOf(column);
  if (data instanceof Float64Array) gatherDoubles(data, Column.startOf(column) + row, count);
  else for (let i = 0; i < count; i++) gatherCell(column, row + i, i);
}

/** A loop of its own, so that the engine sees one kind of array here. */
function gatherDoubles(data: Float64Array, from: number, count: number): void {
  for (let i = 0; i < count; i++) gatherDouble(data[from + i], i);
}

/** Puts `count` cells of a column into the block: those at `rows`, from place `from` on, each moved by `offset`. */
function gatherCellsAt(column: Column, rows: Uint32Array, from: number, offset: number, count: number): void {
  const data = Column.dataOf(column);
  const start = Column.startOf(column) + offset;
  if (data instanceof Float64Array) {
    for (let i = 0; i < count; i++) gatherDouble(data[start + rows[from + i]], i);
  } else for (let i = 0; i < count; i++) gatherCell(column, offset + rows[from + i], i);
}

function gatherCell(column: Column, row: number, at: number): void {
  const data = Column.dataOf(column);
  const place = Column.startOf(column) + row;
  if (data instanceof Float64Array) gatherDouble(data[place], at);
  else if (data instanceof BigInt64Array) bigInts[at] = data[place];
  else if (data instanceof Uint8Array) gatherWords(data[place], 0, at);
  else {
    mixText(data[place]);
    gatherWords(mixed[0], mixed[1], at);
  }
}

/** All NaNs alike: which one it is, no engine promises to keep. */
function gatherDouble(value: number, at: number): void {
  if (Number.isNaN(value)) gatherWords(0, 0x7ff80000, at);
  else doubles[at] = value;
}

function gatherWords(low: number, high: number, at: number): void {
  words[2 * at + LOW] = low;
  words[2 * at + HIGH] = high;
}

/** Its length first, so that no padding can be taken for text, then two UTF-16 units at a time; -1 stands for null. */
function mixText(text: string | null): void {
  mix(text === null ? -1 : text.length, 0, TEXT_KEY_LOW, TEXT_KEY_HIGH);
  if (text === null) return;
  for (let i = 0; i < text.length; i += 2) {
    const second = i + 1 < text.length ? text.charCodeAt(i + 1) : 0;
    mix(mixed[0] ^ (text.charCodeAt(i) | (second << 16)), mixed[1], TEXT_KEY_LOW, TEXT_KEY_HIGH);
  }
}

/** What a schema makes of its rows' times and its columns' places. */
interface SchemaKeys {
  readonly kinds: readonly ColumnKind[];
  readonly seed: Int32Array;
  /** Two words for each column. */
  readonly columns: Int32Array;
}

/** By the list of names, which frames that follow one another share. */
const known = new WeakMap<readonly string[], SchemaKeys[]>();
/** For one list of names, with kinds that differ. */
const MOST_KNOWN = 8;

function keysOf(frame: AnyFrame): SchemaKeys {
  const all = known.get(frame.names) ?? [];
  for (const keys of all) if (haveKinds(frame.origin, keys.kinds)) return keys;
  const made = makeKeys(frame);
  known.set(frame.names, [made, ...all.slice(0, MOST_KNOWN - 1)]);
  return made;
}

function haveKinds(columns: readonly Column[], kinds: readonly ColumnKind[]): boolean {
  for (let i = 0; i < columns.length; i++) if (columns[i].kind !== kinds[i]) return false;
  return true;
}

function makeKeys({ names, origin }: AnyFrame): SchemaKeys {
  const kinds = origin.map(({ kind }) => kind);
  mix(names.length, 0, SCHEMA_KEY_LOW, SCHEMA_KEY_HIGH);
  const seed = mixed.slice();
  for (const [i, name] of names.entries()) for (const text of [name, kinds[i]]) mixInto(seed, text);
  const columns = new Int32Array(2 * names.length);
  for (let i = 0; i < names.length; i++) {
    mix(i, COLUMN_MARK, seed[0], seed[1]);
    columns.set(mixed, 2 * i);
  }
  return { kinds, seed, columns };
}

function mixInto(seed: Int32Array, text: string): void {
  mixText(text);
  mix(seed[0] ^ mixed[0], seed[1] ^ mixed[1], SCHEMA_KEY_LOW, SCHEMA_KEY_HIGH);
  seed.set(mixed);
}

/** Of those in which the frame's columns lie. */
function timeColumn(frame: AnyFrame, time: string): Column {
  const column = frame.origin[frame.placeOf(time)];
  if (isDouble(column.kind)) return column;
  throw wrongKind(time, column.kind, 'timestamp');
}
