import { CandlecastError, type ErrorTable } from '../util/errors.ts';

/** Codes of refusals (what a peer sent) and of `WireError` (what we were about to send). */
export const wireErrors = {
  WIRE_NOT_JSON: {
    meaning: 'A text from the peer is not JSON.',
    remedy: 'Send one JSON object in each text message. NaN and Infinity are not JSON.',
  },
  WIRE_NOT_AN_OBJECT: {
    meaning: 'A text from the peer is JSON, but not an object.',
    remedy: 'Send an object with a "type", for example {"type":"whitelist"}.',
  },
  WIRE_TOO_DEEP: {
    meaning: 'Lists or objects are nested deeper than any request or message needs.',
    remedy: 'Send flat data; what freqtrade sends is a few levels deep.',
  },
  WIRE_TOO_LARGE: {
    meaning: 'A text, or the number of rows or columns in it, is over the limit.',
    remedy: 'Ask for fewer rows, or raise the limit that the message names.',
  },
  WIRE_NO_TYPE: {
    meaning: 'A request or message has no "type", or one that is not text.',
    remedy: 'Set "type" to one of the names that the message lists.',
  },
  WIRE_UNKNOWN_TYPE: {
    meaning: 'A request is of a type that does not exist.',
    remedy: 'Use subscribe, whitelist or analyzed_df; Candlecast consumers also candlecast with resync or ack.',
  },
  WIRE_BAD_TOPICS: {
    meaning: 'The topics of a subscription are not a list of names.',
    remedy: 'Send a list such as ["whitelist","analyzed_df"].',
  },
  WIRE_BAD_DATA: {
    meaning: 'The "data" of a request or message has another form than its type calls for.',
    remedy: 'Compare with the form that the message names.',
  },
  WIRE_BAD_LIMIT: {
    meaning: 'The "limit" of a request is not a number.',
    remedy: 'Give a number: rows from the end, 0 for all, a negative one to skip that many. Leave it out for 1500.',
  },
  WIRE_BAD_PAIR: {
    meaning: 'A pair is not text, or not in the form of a pair.',
    remedy: 'Write BASE/QUOTE, as in BTC/USDT, or BASE/QUOTE:SETTLE for futures.',
  },
  WIRE_BAD_KEY: {
    meaning: 'The key of a frame is not a pair, a timeframe and a candle type.',
    remedy: 'Write it as ["BTC/USDT","5m","spot"].',
  },
  WIRE_BAD_LAST_ANALYZED: {
    meaning: 'The time of an analysis is not a time, or outside the years 1 to 9999.',
    remedy: 'Write RFC 3339 with an offset, as in 2026-11-20T09:07:07.369043+00:00.',
  },
  WIRE_BAD_FRAME: {
    meaning: 'A frame is not in the form that pandas calls "split", or a cell does not fit its column.',
    remedy: 'Look at the row and column that the message names, on the side that sent the frame.',
  },
  WIRE_BAD_KINDS: {
    meaning: 'What a Candlecast peer declared about the columns of a frame disagrees with the frame.',
    remedy: 'The frame was damaged or mixed up on its way; ask for it again.',
  },
  WIRE_NOT_ENCODABLE: {
    meaning: 'A value on our side cannot be written as JSON, for example NaN in a column of integers.',
    remedy: 'Correct the value that the message names before it is sent.',
  },
} as const satisfies ErrorTable;

export type WireErrorCode = keyof typeof wireErrors;

/** Codes that the outcome of decoding can carry. */
export type WireRefusalCode = Exclude<WireErrorCode, 'WIRE_NOT_ENCODABLE'>;

/** What encoders throw when our own side hands them something invalid. `value` is the value at fault. */
export class WireError extends CandlecastError<WireErrorCode> {}
