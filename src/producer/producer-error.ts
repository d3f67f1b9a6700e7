import { CandlecastError, type ErrorTable } from '../util/errors.ts';

/** Codes of `ProducerError`. */
export const producerErrors = {
  PRODUCER_BAD_OPTION: {
    meaning: 'A limit that a producer was given is not a number, or outside its range.',
    remedy: 'Correct the option that the message names, or leave it out for its default.',
  },
  PRODUCER_BAD_FRAME: {
    meaning: 'A frame that was to be published has no column "date" of timestamps, or its dates do not ascend.',
    remedy: 'Publish rows in the order of their candles, each candle once, under the dates at which they opened.',
  },
} as const satisfies ErrorTable;

export type ProducerErrorCode = keyof typeof producerErrors;

/** What a producer throws at its owner. What consumers do wrong is answered to them. */
export class ProducerError extends CandlecastError<ProducerErrorCode> {}
