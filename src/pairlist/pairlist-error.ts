import { CandlecastError, type ErrorTable } from '../util/errors.ts';

/** Codes of `PairlistError`. */
export const pairlistErrors = {
  PAIRLIST_NO_PAIRS: {
    meaning: 'No pair of the whitelist can be traded on the exchange, or all are on the blacklist.',
    remedy: 'Put pairs that the exchange has into exchange.pair_whitelist; the message lists some.',
  },
  PAIRLIST_BAD_PATTERN: {
    meaning: 'An entry of a pair list is neither a pair nor a valid regular expression.',
    remedy: 'Write pairs as BTC/USDT, or a pattern such as .*/USDT.',
  },
  PAIRLIST_NO_GENERATOR: {
    meaning: 'The first of `pairlists` is a filter, which has nothing to filter there, or there is none at all.',
    remedy: 'Begin with StaticPairList, VolumePairList or ProducerPairList.',
  },
  PAIRLIST_BAD_SETTING: {
    meaning: 'Settings of one of `pairlists` contradict each other.',
    remedy: 'Change what the message names.',
  },
  PAIRLIST_NO_CONSUMER: {
    meaning: 'A ProducerPairList needs producers to listen to.',
    remedy: 'Enable external_message_consumer and name the producer there.',
  },
  PAIRLIST_NO_ANSWER: {
    meaning: 'The exchange answered with an empty list of markets or tickers.',
    remedy: 'It is asked again. Where it lasts, use an exchange that gives them, or a StaticPairList.',
  },
} as const satisfies ErrorTable;

export type PairlistErrorCode = keyof typeof pairlistErrors;

/** What pair lists throw. `value` is the entry or setting at fault. */
export class PairlistError extends CandlecastError<PairlistErrorCode> {}
