import { isObject } from '../../util/is-object.ts';
import type { MessageFaults } from './link-conditions.ts';
import type { Parcel } from './simulated-pipe.ts';

const decoder = new TextDecoder();

/**
 * Whether the wire between Candlecast peers has to stand this of a message: loss, doubling and overtaking of all that is told of
 * streams; damage of binary messages, which have checksums. TCP does none of that to the rest, the messages of freqtrade and those that
 * open a conversation, whose loss nobody could notice.
 */
export function mayFail({ form, bytes }: Parcel, damagesText: boolean, fault: keyof MessageFaults): boolean {
  if (form === 'binary') return true;
  if (form !== 'text' || (fault === 'corrupt' && !damagesText)) return false;
  const message: unknown = JSON.parse(decoder.decode(bytes));
  return isObject(message) && message.type === 'candlecast' && isObject(message.data) && !('welcome' in message.data);
}
