import { isObject } from '../../util/is-object.ts';
import type { Parcel } from './simulated-pipe.ts';

const decoder = new TextDecoder();

/**
 * Whether the wire between Candlecast peers has to stand the loss, doubling, overtaking and damage of this message: binary messages, and
 * all that is told of streams. TCP does none of that to the rest, the messages of freqtrade and those that open a conversation, whose
 * loss nobody could notice.
 */
export function mayFail({ form, bytes }: Parcel): boolean {
  if (form === 'binary') return true;
  if (form !== 'text') return false;
  const message: unknown = JSON.parse(decoder.decode(bytes));
  return isObject(message) && message.type === 'candlecast' && isObject(message.data) && !('welcome' in message.data);
}
