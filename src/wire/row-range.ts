import type { Frame, Schema } from '../frame/index.ts';
import { describeValue } from './describe-value.ts';
import { type Refused, refused } from './refusal.ts';
import { WireError } from './wire-error.ts';

/** A request with a limit gets at most this many rows, and one that names none gets as many. freqtrade's number. */
export const MOST_ROWS_BY_LIMIT = 1500;

/**
 * Which rows of a frame a request asks for. All three end with the frame's last row.
 *
 * - `all`: the whole frame, however long.
 * - `last`: the last `rows` rows, 1 to 1500.
 * - `from`: all but the first `skip` rows.
 */
export type RowRange =
  | { readonly take: 'all' }
  | { readonly take: 'last'; readonly rows: number }
  | { readonly take: 'from'; readonly skip: number };

export const wholeFrame: RowRange = { take: 'all' };

/**
 * The range that a request's `limit` means to freqtrade: capped at 1500, fractions cut off, 0 for the whole frame. A negative
 * one counts rows to skip, as a slice from -limit does in Python.
 *
 * @throws WireError WIRE_BAD_LIMIT for NaN and the infinities.
 */
export function rowRange(limit: number): RowRange {
  if (!Number.isFinite(limit)) {
    throw new WireError('WIRE_BAD_LIMIT', `a limit must be a finite number of rows, found ${limit}`, { value: limit });
  }
  const rows = Math.trunc(limit);
  if (rows > 0) return { take: 'last', rows: Math.min(rows, MOST_ROWS_BY_LIMIT) };
  return rows === 0 ? wholeFrame : { take: 'from', skip: -rows };
}

/** The rows of a frame that a range names. Shares memory with the frame. */
export function selectRows<S extends Schema>(frame: Frame<S>, range: RowRange): Frame<S> {
  if (range.take === 'all') return frame;
  return range.take === 'last' ? frame.tail(range.rows) : frame.slice(range.skip);
}

/**
 * The least range that names all rows which either of two does, whatever the frame's length: where the one counts what it takes
 * and the other what it skips, the whole frame.
 */
export function widerRange(a: RowRange, b: RowRange): RowRange {
  if (a.take === 'last' && b.take === 'last') return a.rows >= b.rows ? a : b;
  if (a.take === 'from' && b.take === 'from') return a.skip <= b.skip ? a : b;
  return wholeFrame;
}

/** A request's `limit` as a range; left out it stands for 1500. */
export function decodeLimit(limit: unknown): { readonly status: 'rows'; readonly rows: RowRange } | Refused {
  if (limit === undefined) return { status: 'rows', rows: rowRange(MOST_ROWS_BY_LIMIT) };
  if (typeof limit === 'number' && Number.isFinite(limit)) return { status: 'rows', rows: rowRange(limit) };
  const expected = 'expected a number of rows (0 for all, left out for 1500)';
  return refused('WIRE_BAD_LIMIT', `limit: ${expected}, found ${describeValue(limit)}`);
}

/**
 * The `limit` that asks for a range.
 *
 * @throws WireError WIRE_BAD_LIMIT for counts that no request can carry.
 */
export function limitOf(range: RowRange): number {
  if (range.take === 'all') return 0;
  const count = range.take === 'last' ? range.rows : range.skip;
  const most = range.take === 'last' ? MOST_ROWS_BY_LIMIT : Number.MAX_SAFE_INTEGER;
  if (Number.isInteger(count) && count >= 1 && count <= most) return range.take === 'last' ? count : -count;
  throw new WireError('WIRE_BAD_LIMIT', `a request takes or skips 1 to ${most} whole rows, found ${count}`, {
    value: count,
  });
}
