import { type AnyFrame, type Numbers } from '../frame/index.ts';
import { nextCandleOpen, type Timeframe, timeframeMs, type TimestampMs } from '../market/index.ts';
import { timeText } from '../util/time-text.ts';
import { WHOLE_FRAME_ROWS } from '../wire/index.ts';
import type { StreamPosition } from './streams/stream-receiver.ts';
import { settleKinds } from './settle-kinds.ts';

/** What a consumer holds of one of a producer's frames. */
export interface Copy {
  readonly frame: AnyFrame;
  readonly lastAnalyzed: TimestampMs;
  /** Columns without any value so far. */
  readonly undetermined: ReadonlySet<string>;
  /** Which of the producer's states it is, where it came by a stream and is proved to be that. */
  readonly position?: StreamPosition;
}

/** A frame as it arrived. */
export interface Arrived extends Copy {
  /** Which request it answers: for the whole frame, or for the last rows of it, to close a gap. */
  readonly answers: Ask | undefined;
  /** How many rows the producer's frame has, where that is known. */
  readonly rowsThere?: number;
  /** Whether it is known to be the end of a longer frame. */
  readonly isPart?: boolean;
  /** Whether its kinds are the producer's own, as those of Candlecast peers are. */
  readonly isDeclared?: boolean;
}

/** What to ask a producer for: the frame from its start, or so many of its last rows. */
export type Ask = 'whole' | number;

/** What becomes of an arrived frame, and what to ask for where it is of no use. */
export type Arrival =
  | { readonly status: 'replaced' | 'appended'; readonly copy: Copy; readonly rows: number }
  | { readonly status: 'empty' }
  | { readonly status: 'gap'; readonly missing: number; readonly ask: Ask; readonly reason: string }
  | { readonly status: 'restart' | 'refused'; readonly ask: Ask; readonly reason: string };

/** The last moment that a date can be, 100 million days from 1970. */
const FARTHEST_MS = 8.64e15;

/**
 * The gap rule: joins an arrived frame to the copy so that the result is what the producer has, or tells what is missing for
 * that. A frame of 100 rows or more, the answer to a request for all, and one that reaches back before the copy replace it. Any
 * other, and a part that was not asked for and reaches the copy, replaces the rows from its first date on, if that is at most one
 * candle after the last row held, and what the producer no longer has goes at the other end.
 *
 * Nothing is joined across a gap, in a wrong order, or over columns that changed: corrupt data is worse than no data.
 */
export function applyFrame(
  copy: Copy | undefined,
  arrived: Arrived,
  options: { readonly timeframe: Timeframe; readonly maxRows: number },
): Arrival {
  const { frame } = arrived;
  const ask = 'whole';
  if (frame.length === 0) return { status: 'empty' };
  const disorder = dateDisorder(frame);
  if (disorder !== undefined) return { status: 'refused', ask, reason: disorder };
  const standsAlone =
    arrived.answers === 'whole' || (frame.length >= WHOLE_FRAME_ROWS && !continues(arrived, copy, options.timeframe));
  if (standsAlone || (copy !== undefined && covers(frame, copy.frame))) {
    return { status: 'replaced', rows: frame.length, copy: trimmed(arrived, options.maxRows) };
  }
  if (copy === undefined) return { status: 'restart', ask, reason: 'its history has not arrived yet' };
  const changed = changedColumns(copy.frame, frame);
  if (changed !== undefined) return { status: 'restart', ask, reason: changed };
  return join(copy, arrived, options);
}

function join(
  copy: Copy,
  arrived: Arrived,
  { timeframe, maxRows }: { readonly timeframe: Timeframe; readonly maxRows: number },
): Arrival {
  const mine = copy.frame.numbers('date');
  const theirs = arrived.frame.numbers('date');
  const lastHeld = mine[mine.length - 1];
  const [first, last] = [theirs[0], theirs[theirs.length - 1]];

  const due = nextCandleOpen(lastHeld, timeframe);
  if (first > due) return gap(arrived, Math.max(1, Math.round((first - due) / timeframeMs(timeframe))));
  if (last < lastHeld) {
    const reason = `it ends at ${timeText(last)}, older than what is held, which ends at ${timeText(lastHeld)}`;
    return { status: 'refused', ask: 'whole', reason };
  }
  const settled = settleKinds(copy, arrived);
  if (settled.status === 'conflict') {
    return {
      status: 'restart',
      ask: 'whole',
      reason: `column "${settled.column}" changed from text to numbers or back`,
    };
  }
  const frame = settled.left.slice(0, rowFrom(mine, first)).append(settled.right);
  return {
    status: 'appended',
    rows: arrived.frame.length,
    copy: {
      frame: frame.tail(Math.min(maxRows, arrived.rowsThere ?? maxRows)),
      lastAnalyzed: arrived.lastAnalyzed,
      undetermined: settled.undetermined,
    },
  };
}

function gap(arrived: Arrived, missing: number): Arrival {
  // One row more than is missing, so that the answer reaches back to a row that is held. A gap that an answer did not close
  // is one that the producer has too, or one that grew: only the whole frame settles it.
  const rows = missing + arrived.frame.length + 1;
  const ask = arrived.answers !== undefined || rows >= WHOLE_FRAME_ROWS ? 'whole' : rows;
  return { status: 'gap', missing, ask, reason: `${missing} candle${missing === 1 ? '' : 's'} missing before it` };
}

function trimmed(arrived: Arrived, maxRows: number): Copy {
  const { frame, lastAnalyzed, undetermined } = arrived;
  return { frame: frame.tail(maxRows), lastAnalyzed, undetermined };
}

/** Whether a part that was not asked for goes on where the copy ends, or before. */
function continues({ frame, answers, isPart }: Arrived, copy: Copy | undefined, timeframe: Timeframe): boolean {
  if (isPart !== true || answers !== undefined || copy === undefined) return false;
  const [held, dates] = [copy.frame.numbers('date'), frame.numbers('date')];
  const last = held[held.length - 1];
  return dates[0] <= nextCandleOpen(last, timeframe) && dates[dates.length - 1] >= last;
}

/** Whether a frame reaches from the other's first row or before to its last or beyond. */
function covers(frame: AnyFrame, other: AnyFrame): boolean {
  const [dates, others] = [frame.numbers('date'), other.numbers('date')];
  return dates[0] <= others[0] && dates[dates.length - 1] >= others[others.length - 1];
}

/** What is wrong with the dates, undefined where they ascend. */
function dateDisorder(frame: AnyFrame): string | undefined {
  if (frame.kind('date') !== 'timestamp') return 'it has no column "date" of timestamps';
  const dates = frame.numbers('date');
  for (let row = 0; row < dates.length; row++) {
    if (!(Math.abs(dates[row]) <= FARTHEST_MS)) return `row ${row} has no date, but ${dates[row]}`;
    if (row > 0 && dates[row] <= dates[row - 1]) {
      return `row ${row} is of ${timeText(dates[row])}, which does not come after ${timeText(dates[row - 1])} in the row before`;
    }
  }
  return undefined;
}

function changedColumns(held: AnyFrame, arrived: AnyFrame): string | undefined {
  if (sameNames(held.names, arrived.names)) return undefined;
  const added = arrived.names.filter((name) => !held.has(name));
  const gone = held.names.filter((name) => !arrived.has(name));
  if (added.length > 0) return `the producer's strategy has new columns: ${added.join(', ')}`;
  if (gone.length > 0) return `the producer's strategy no longer has the columns ${gone.join(', ')}`;
  return "the order of the producer's columns changed";
}

/** Frames share one list of names as a rule. */
function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((name, i) => name === b[i]));
}

/** The first row of that date or a later one. */
function rowFrom(dates: Numbers, date: TimestampMs): number {
  let row = dates.length;
  while (row > 0 && dates[row - 1] >= date) row--;
  return row;
}
