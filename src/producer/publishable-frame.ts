import { type AnyFrame, Column } from '../frame/index.ts';
import { type PairKey, pairKeyText } from '../market/index.ts';
import { ProducerError } from './producer-error.ts';

/** In UTF-8 that is at most the 64 KiB that a consumer takes by default. */
const LONGEST_TEXT = 16_384;
/** Consumers take no longer one. */
const LONGEST_NAME = 200;

/** A frame that every consumer can take, and the columns that had to be left out for that. */
export interface Publishable {
  readonly frame: AnyFrame;
  readonly leftOut: readonly string[];
}

/**
 * A frame without the columns that cannot be written as JSON: one such column would otherwise keep all of them from every
 * consumer. Those are columns of kind int with anything but integers, which only a column adopted from foreign data can be, and
 * columns with a text of more than 16,384 characters, which consumers refuse.
 *
 * @param known the last frame of this key that was found to be in order: where a column goes on in its memory, only what is new is
 *   looked at.
 *
 * @throws ProducerError PRODUCER_BAD_FRAME where a frame with rows has no dates, or dates that do not ascend.
 */
export function publishableFrame(key: PairKey, frame: AnyFrame, known?: AnyFrame): Publishable {
  if (frame.length === 0) return { frame, leftOut: [] };
  expectAscendingDates(key, frame, known);
  const leftOut = frame.names.filter((name, place) => name.length > LONGEST_NAME || !isSendable(frame, place, known));
  return { frame: leftOut.length === 0 ? frame : frame.drop(leftOut), leftOut };
}

function isSendable(frame: AnyFrame, place: number, known: AnyFrame | undefined): boolean {
  const { kind } = frame.origin[place];
  if (kind !== 'int' && kind !== 'string') return true;
  const column = frame.columnAt(place);
  const from = knownRows(
    column,
    known !== undefined && place < known.origin.length ? known.columnAt(place) : undefined,
  );
  return kind === 'int' ? holdsIntegers(column, from) : hasNoLongText(column, from);
}

/** How many of a column's first rows were looked at before, where they lie. */
function knownRows(column: Column, known: Column | undefined): number {
  if (known === undefined || known.kind !== column.kind) return 0;
  const [now, before] = [Column.raw(column), Column.raw(known)];
  const isInside = now.data === before.data && now.start >= before.start;
  return isInside ? Math.max(0, Math.min(now.end, before.end) - now.start) : 0;
}

function holdsIntegers(column: Column, from: number): boolean {
  const { data, start, end } = Column.raw(column);
  for (let at = start + from; at < end; at++) if (!Number.isSafeInteger(data[at])) return false;
  return true;
}

function hasNoLongText(column: Column, from: number): boolean {
  const { data, start, end } = Column.raw(column);
  for (let at = start + from; at < end; at++) {
    const text = data[at];
    if (typeof text === 'string' && text.length > LONGEST_TEXT) return false;
  }
  return true;
}

function expectAscendingDates(key: PairKey, frame: AnyFrame, known: AnyFrame | undefined): void {
  const where = `the frame of ${pairKeyText(key)}`;
  if (frame.kind('date') !== 'timestamp') {
    throw new ProducerError('PRODUCER_BAD_FRAME', `${where} has no column "date" of timestamps`, {
      value: frame.kind('date'),
    });
  }
  const dates = frame.numbers('date');
  const from = knownRows(frame.column('date'), known?.has('date') === true ? known.column('date') : undefined);
  for (let row = from; row < dates.length; row++) {
    if (row === 0 ? Number.isFinite(dates[0]) : dates[row] > dates[row - 1]) continue;
    const found = row === 0 ? `date ${dates[0]}` : `date ${dates[row]} after ${dates[row - 1]}`;
    throw new ProducerError('PRODUCER_BAD_FRAME', `${where}, row ${row}: expected ascending dates, found ${found}`, {
      value: dates[row],
    });
  }
}
