export { type AppliedDelta, applyDelta } from './apply-delta.ts';
export {
  type BigInts,
  type Booleans,
  type CellValue,
  type CellValues,
  Column,
  type ColumnKind,
  type ColumnValues,
  type Integers,
  type Numbers,
  type ReadonlyFloat64Array,
  type Strings,
  ints,
  timestamps,
} from './column.ts';
export type { ColumnInput, KindOf } from './column-input.ts';
export { type FrameDifference, firstDifference, firstDifferentRowOf, framesEqual } from './compare-frames.ts';
export type { HaveSameBytes } from './differing-rows.ts';
export { digestFrame } from './digest-frame.ts';
export { type AnyFrame, Frame, emptyFrame } from './frame.ts';
export { type ColumnPatch, type FrameDelta, type HashedFrame, frameDelta, hashedFrame } from './frame-delta.ts';
export { FrameError, type FrameErrorCode, frameErrors } from './frame-error.ts';
export { type PrintOptions, printFrame } from './print-frame.ts';
export type { Renamed, Row, Schema, With } from './schema.ts';
export { shareMemory, unsharedBytes } from './share-memory.ts';
export { type WindowHash, hashRows, hashesEqual } from './window-hash.ts';
