import { CandlecastError, type ErrorTable } from '../util/errors.ts';

/** Codes of `FrameError`. */
export const frameErrors = {
  FRAME_UNKNOWN_COLUMN: {
    meaning: 'A column was asked for that the frame does not have.',
    remedy: 'Use one of the columns that the message lists; `frame.has(name)` tells beforehand.',
  },
  FRAME_WRONG_KIND: {
    meaning: 'A column has another kind than the operation needs, for example text where numbers are.',
    remedy: 'Look at `frame.kind(name)`; use `strings()` for text and `numbers()` for numbers.',
  },
  FRAME_WRONG_LENGTH: {
    meaning: 'A column has another number of rows than its frame.',
    remedy: 'Compute the column over every row of the frame, with NaN or null where there is no value.',
  },
  FRAME_DIFFERENT_COLUMNS: {
    meaning: 'Frames were joined whose columns differ in name or order.',
    remedy: 'Use `select` to bring both to the same columns first.',
  },
  FRAME_BAD_VALUE: {
    meaning: 'A value does not fit the kind of its column, for example a fraction among integers.',
    remedy: 'Correct the value at the row that the message names, or give the column another kind.',
  },
  FRAME_DUPLICATE_COLUMN: {
    meaning: 'An operation would give two columns one name.',
    remedy: 'Rename or drop one of them first.',
  },
  FRAME_ARROW_INVALID: {
    meaning:
      'Bytes are not an Arrow IPC stream or file, are cut off or damaged, are compressed with a codec that is not registered, or ' +
      'hold a type that a frame has no column for.',
    remedy:
      'Write the bytes again, without compression where no codec is registered; supported are floats, integers, booleans, ' +
      'timestamps, dates and strings, also dictionary-encoded. A stream must end with its end mark.',
  },
} as const satisfies ErrorTable;

export type FrameErrorCode = keyof typeof frameErrors;

/** What frame operations throw. `value` is the name or value at fault. */
export class FrameError extends CandlecastError<FrameErrorCode> {}
