import type { PairKey } from '../market/index.ts';
import { MEGABYTE, wholeMegabytes } from '../util/megabytes.ts';
import { decodeMessage } from '../wire/index.ts';

/** The largest that freqtrade's configuration allows. */
const MOST_MEGABYTES = 20;

/** What promises to be longer is no message of a producer. */
export const LONGEST_MESSAGE_BYTES = 64 * MEGABYTE;

/** Of an answer that is made shorter, how much of the limit it is to fill: rows are not all of one length. */
const FILLED = 0.95;

/** How both stock freqtrade and Candlecast begin a message. */
const BEGINNING = /^\s*\{\s*"type"\s*:\s*"(?<type>\w+)"/;
const FRAME_KEY = /^\s*\{\s*"type"\s*:\s*"analyzed_df"\s*,\s*"data"\s*:\s*\{\s*"key"\s*:\s*(?<key>\[[^[\]]*\])/;

/** What a message is, by its first characters; `key` where it is a frame. Undefined where they do not tell. */
export function identifyMessage(beginning: string): { readonly type: string; readonly key?: PairKey } | undefined {
  const type = BEGINNING.exec(beginning)?.groups?.type;
  if (type === undefined) return undefined;
  if (type !== 'analyzed_df') return { type };
  const key = keyOf(FRAME_KEY.exec(beginning)?.groups?.key ?? '');
  return key === undefined ? undefined : { type, key };
}

function keyOf(text: string): PairKey | undefined {
  // A key stands in both alike.
  const outcome = decodeMessage(`{"type":"new_candle","data":${text}}`);
  return outcome.status === 'message' && outcome.message.type === 'new_candle' ? outcome.message.key : undefined;
}

/** How long a message is, and may be. */
export interface MessageLength {
  readonly bytes: number;
  readonly mostBytes: number;
}

/** How many rows are expected to fit, where so many make a message of that length: they are taken to be of one length. */
export function rowsThatFit(rows: number, { bytes, mostBytes }: MessageLength): number {
  return Math.floor((FILLED * rows * mostBytes) / bytes);
}

/**
 * How many rows to ask for after an answer was too long, 0 where it was of one row: as many as are expected to fit, and where that
 * was not enough before, at most half as many.
 *
 * @param asked.rows how many had been asked for; there may have been fewer.
 * @param asked.again whether an answer of as many as were expected to fit was too long.
 */
export function fewerRows(asked: { readonly rows: number; readonly again: boolean }, length: MessageLength): number {
  const { rows, again } = asked;
  if (rows <= 1) return 0;
  return Math.max(1, Math.min(rows - 1, rowsThatFit(rows, length), again ? Math.floor(rows / 2) : rows));
}

/** What was too long, and what the setting would have to be. `what` says what is such a message. */
export function describeTooLong(what: string, { bytes, mostBytes }: MessageLength): string {
  const needed = wholeMegabytes(bytes);
  const beyond = needed > MOST_MEGABYTES ? `, and ${MOST_MEGABYTES} is the most that it can be` : '';
  const length = `${Math.ceil((bytes / MEGABYTE) * 100) / 100} MB`;
  return `${what} ${length}, longer than message_size_limit, ${megabytes(mostBytes)} MB; it would have to be ${needed}${beyond}`;
}

/** A limit for people. */
export function megabytes(bytes: number): number {
  return Number((bytes / MEGABYTE).toPrecision(3));
}
