import { isPair } from '../market/index.ts';
import { messageOf } from '../util/errors.ts';
import { type EncodeFrameOptions, encodeFrame } from './encode-frame.ts';
import { encodeLastAnalyzed } from './last-analyzed.ts';
import type { AnalyzedFrameMessage, EventMessage, Message } from './message.ts';
import { encodePairKey } from './pair-key-codec.ts';
import { WireError } from './wire-error.ts';

/**
 * A message as text that stock consumers read and Candlecast consumers restore to the bit. `options` are for frames.
 *
 * @throws WireError WIRE_BAD_KEY, WIRE_BAD_PAIR, WIRE_BAD_LAST_ANALYZED, WIRE_NOT_ENCODABLE for values that cannot cross.
 */
export function encodeMessage(message: Message, options: EncodeFrameOptions = {}): string {
  if ('fields' in message) return encodeEvent(message);
  const { type } = message;
  if (type === 'analyzed_df') return encodeFrameMessage(message, options);
  if (type === 'whitelist') return JSON.stringify({ type, data: message.pairs.map(expectPair) });
  if (type === 'new_candle') return JSON.stringify({ type, data: encodePairKey(message.key) });
  return JSON.stringify({ type, data: message.reason });
}

function encodeFrameMessage({ type, key, frame, lastAnalyzed }: AnalyzedFrameMessage, options: EncodeFrameOptions) {
  const { df, ...declaration } = encodeFrame(frame, options);
  const data = { key: encodePairKey(key), df, la: encodeLastAnalyzed(lastAnalyzed), ...declaration };
  return JSON.stringify({ type, data });
}

function encodeEvent({ type, fields }: EventMessage): string {
  try {
    // A field named `type` must not take the message's place.
    const { type: _, ...others } = fields;
    return JSON.stringify({ type, ...others });
  } catch (error) {
    const message = `the fields of a ${type} message cannot be written as JSON: ${messageOf(error)}`;
    throw new WireError('WIRE_NOT_ENCODABLE', message, { cause: error });
  }
}

function expectPair(pair: string): string {
  if (isPair(pair)) return pair;
  const message = `the whitelist holds ${JSON.stringify(pair)}, which is not a pair such as BTC/USDT`;
  throw new WireError('WIRE_BAD_PAIR', message, { value: pair });
}
