import type { AnyFrame } from '../frame/index.ts';
import { type PairKey, pairKeyText } from '../market/index.ts';
import { ProducerError } from './producer-error.ts';

/** A frame that every consumer can take, and the columns that had to be left out for that. */
export interface Publishable {
  readonly frame: AnyFrame;
  readonly leftOut: readonly string[];
}

/**
 * A frame without the columns that cannot be written as JSON: one such column would otherwise keep all of them from every
 * consumer. Those are columns of kind int with anything but integers, which only a column adopted from foreign data can be.
 *
 * @throws ProducerError PRODUCER_BAD_FRAME where a frame with rows has no dates, or dates that do not ascend.
 */
export function publishableFrame(key: PairKey, frame: AnyFrame): Publishable {
  if (frame.length === 0) return { frame, leftOut: [] };
  expectAscendingDates(key, frame);
  const leftOut = frame.names.filter((name) => frame.kind(name) === 'int' && !holdsIntegers(frame, name));
  return { frame: leftOut.length === 0 ? frame : frame.drop(leftOut), leftOut };
}

function holdsIntegers(frame: AnyFrame, name: string): boolean {
  const values = frame.numbers(name);
  for (let row = 0; row < values.length; row++) if (!Number.isSafeInteger(values[row])) return false;
  return true;
}

function expectAscendingDates(key: PairKey, frame: AnyFrame): void {
  const where = `the frame of ${pairKeyText(key)}`;
  if (frame.kind('date') !== 'timestamp') {
    throw new ProducerError('PRODUCER_BAD_FRAME', `${where} has no column "date" of timestamps`, {
      value: frame.kind('date'),
    });
  }
  const dates = frame.numbers('date');
  for (let row = 0; row < dates.length; row++) {
    if (row === 0 ? Number.isFinite(dates[0]) : dates[row] > dates[row - 1]) continue;
    const found = row === 0 ? `date ${dates[0]}` : `date ${dates[row]} after ${dates[row - 1]}`;
    throw new ProducerError('PRODUCER_BAD_FRAME', `${where}, row ${row}: expected ascending dates, found ${found}`, {
      value: dates[row],
    });
  }
}
