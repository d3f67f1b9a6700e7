import { CandlecastError, type ErrorTable } from '../util/errors.ts';

/** Codes of `IndicatorError`. */
export const indicatorErrors = {
  INDICATOR_BAD_PARAMETER: {
    meaning:
      'A parameter of an indicator is not a number, is outside its range, or has a fraction where a whole number is due.',
    remedy: 'Use a value in the range that the message names; `indicator.parameters` lists all ranges and defaults.',
  },
  INDICATOR_UNKNOWN_PARAMETER: {
    meaning: 'An indicator was given a parameter that it does not have.',
    remedy: 'Use one of the names that the message lists.',
  },
  INDICATOR_BAD_INPUT: {
    meaning:
      'What an indicator was to be computed from is not a series of numbers, for example a misspelt or a text column.',
    remedy: 'Pass a numeric column, Float64Array or array of numbers, with NaN where there is no value.',
  },
  INDICATOR_WRONG_LENGTH: {
    meaning: 'Series that belong together have different numbers of rows.',
    remedy: 'Take all of them from the same frame.',
  },
  INDICATOR_NO_SUCH_ROW: {
    meaning: 'An indicator was asked about a row that its series does not have.',
    remedy: 'Ask for rows from 0 to one less than the length of the series.',
  },
} as const satisfies ErrorTable;

export type IndicatorErrorCode = keyof typeof indicatorErrors;

/** What indicators throw. `value` is the parameter value, input or row at fault. */
export class IndicatorError extends CandlecastError<IndicatorErrorCode> {}
