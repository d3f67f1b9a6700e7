import { CandlecastError, type ErrorTable } from '../util/errors.ts';

/** Codes of `ConsumerError`. */
export const consumerErrors = {
  CONSUMER_DUPLICATE_PRODUCER: {
    meaning: 'Two producers were given one name, so their frames could not be told apart.',
    remedy: 'Give each entry of external_message_consumer.producers a name of its own.',
  },
  CONSUMER_BAD_OPTION: {
    meaning: 'An option of `connect` is missing or outside its range.',
    remedy: 'Correct the option that the message names.',
  },
} as const satisfies ErrorTable;

export type ConsumerErrorCode = keyof typeof consumerErrors;

/** What consumers throw when they are set up wrongly. What happens later are events and views. */
export class ConsumerError extends CandlecastError<ConsumerErrorCode> {}
