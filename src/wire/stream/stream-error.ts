import { CandlecastError, type ErrorTable } from '../../util/errors.ts';

/** Codes of refusals between Candlecast peers (what a peer sent) and of `StreamError` (what we were about to send). */
export const streamErrors = {
  STREAM_BAD_HEADER: {
    meaning: 'A binary message does not begin with a header of the extended wire, or one that contradicts itself.',
    remedy: 'Only Candlecast peers send binary messages; look at what stands between the two, such as a proxy.',
  },
  STREAM_UNKNOWN_VERSION: {
    meaning: 'A peer speaks a version of the extended wire that this release does not know.',
    remedy: 'Update the older of the two peers.',
  },
  STREAM_BAD_CHECKSUM: {
    meaning: 'The bytes of a message are not those that were sent.',
    remedy:
      'The message was damaged on its way and is asked for again; if it happens often, look at the network or proxy.',
  },
  STREAM_BAD_PAYLOAD: {
    meaning: 'The content of a binary message does not have the form that its stream calls for.',
    remedy:
      'The stream is asked for anew; if it stays so, the two peers disagree about the format: compare their releases.',
  },
  STREAM_BAD_ORDER: {
    meaning: 'The dates of a stream are not strictly ascending, or one is missing.',
    remedy: 'Look at the dates of that frame at the producer.',
  },
  STREAM_BAD_SNAPSHOT: {
    meaning: 'A piece of a snapshot does not follow the pieces before it, or cannot be decompressed.',
    remedy: 'The snapshot is asked for anew; if it stays so, look at the network or proxy.',
  },
  STREAM_TOO_LARGE: {
    meaning: 'A stream, a message of one, or a list in it is over the limit.',
    remedy: 'Ask for fewer rows or columns, or raise the limit that the message names.',
  },
  STREAM_BAD_SCHEMA: {
    meaning: 'The columns of a stream are not names with a kind each, or lack the column "date".',
    remedy: 'Compare with the form that the message names, on the side that sent the schema.',
  },
  STREAM_BAD_CONTROL: {
    meaning: 'A message about streams (welcome, schema, end, heartbeat, resync, ack) has another form than it should.',
    remedy: 'Compare with the form that the message names.',
  },
  STREAM_BAD_SUBSCRIPTION: {
    meaning: 'The key "candlecast" of a subscription has another form than it should.',
    remedy: 'Compare with the form that the message names.',
  },
  STREAM_NOT_ENCODABLE: {
    meaning: 'What our own side wants to send does not fit its stream, for example a column of another kind.',
    remedy: 'Announce the schema that the frame has before sending the frame.',
  },
} as const satisfies ErrorTable;

export type StreamErrorCode = keyof typeof streamErrors;

/** Codes that the outcome of decoding can carry. */
export type StreamRefusalCode = Exclude<StreamErrorCode, 'STREAM_NOT_ENCODABLE'>;

/** What encoders throw when our own side hands them something invalid. `value` is the value at fault. */
export class StreamError extends CandlecastError<StreamErrorCode> {}
