import { isObject } from '../util/is-object.ts';
import { decodeFrame } from './decode-frame.ts';
import { describeValue } from './describe-value.ts';
import { decodeLastAnalyzed } from './last-analyzed.ts';
import type { Message } from './message.ts';
import { decodePairKey, decodePairs } from './pair-key-codec.ts';
import { type Members, parseObject } from './parse-object.ts';
import { type Refused, refused } from './refusal.ts';
import {
  CONTROL_TYPE,
  type ProducerControl,
  type StreamRefused,
  damageOnWire,
  decodeProducerData,
  defaultStreamLimits,
} from './stream/index.ts';
import { isDeeperThan } from './scan-json.ts';
import { tooLarge } from './stream/stream-refusal.ts';
import { type EventTopic, isEventTopic, isTopic } from './topics.ts';
import { MOST_NESTED, type WireLimits, defaultWireLimits } from './wire-limits.ts';

export type MessageOutcome =
  | { readonly status: 'message'; readonly message: Message }
  /** From a Candlecast producer, about its streams. */
  | { readonly status: 'control'; readonly control: ProducerControl }
  /** A well-formed message of a type that this version does not know: another's extension, and no error. */
  | { readonly status: 'unknown-type'; readonly type: string }
  | Refused
  | StreamRefused;

/** A text from a producer. Never throws. */
export function decodeMessage(text: string, limits: WireLimits = {}): MessageOutcome {
  const parsed = parseObject(text, 'message', limits.mostCharacters ?? defaultWireLimits.mostCharacters);
  if (parsed.status === 'refused') return parsed;
  const { members } = parsed;
  const { type, data } = members;
  if (typeof type !== 'string') {
    return refused('WIRE_NO_TYPE', `the type of the message: expected text, found ${describeValue(type)}`);
  }
  if (type === CONTROL_TYPE) return damageOnWire(text) ?? decodeControl(text, data, limits);
  if (!isTopic(type)) return { status: 'unknown-type', type };
  if (isEventTopic(type)) return decodeEvent(type, members, text);
  if (type === 'analyzed_df') return decodeFrameMessage(data, limits);
  if (type === 'whitelist') return decodeWhitelist(data);
  return type === 'new_candle' ? decodeNewCandle(data) : decodeException(members);
}

/** Control messages that this version does not know are another's extension too. */
function decodeControl(text: string, data: unknown, limits: WireLimits): MessageOutcome {
  const stream = { ...defaultStreamLimits, ...limits.stream };
  const { mostCharacters } = stream;
  if (text.length > mostCharacters) {
    return tooLarge('characters of a control message', text.length, 'mostCharacters', mostCharacters);
  }
  const decoded = decodeProducerData(data, stream);
  return decoded.status === 'unknown' ? { status: 'unknown-type', type: CONTROL_TYPE } : decoded;
}

function decodeFrameMessage(data: unknown, limits: WireLimits): MessageOutcome {
  if (!isObject(data)) {
    const expected = 'expected an object with key, df and la';
    return refused('WIRE_BAD_DATA', `data: ${expected}; found ${describeValue(data)}`);
  }
  const named = decodePairKey(data.key);
  if (named.status === 'refused') return named;
  const timed = decodeLastAnalyzed(data.la);
  if (timed.status === 'refused') return timed;
  const decoded = decodeFrame(data, limits);
  if (decoded.status === 'refused') return decoded;
  const { status: _, ...received } = decoded;
  const { lastAnalyzed } = timed;
  return { status: 'message', message: { type: 'analyzed_df', key: named.key, lastAnalyzed, ...received } };
}

function decodeWhitelist(data: unknown): MessageOutcome {
  const decoded = decodePairs(data);
  if (decoded.status === 'refused') return decoded;
  return { status: 'message', message: { type: 'whitelist', pairs: decoded.pairs } };
}

function decodeNewCandle(data: unknown): MessageOutcome {
  const named = decodePairKey(data);
  return named.status === 'refused' ? named : { status: 'message', message: { type: 'new_candle', key: named.key } };
}

/** Answers to requests carry the reason as `data`; the bot's own troubles, which share the type, as `status`. */
function decodeException({ data, status }: Members): MessageOutcome {
  const reason = data ?? status;
  if (typeof reason !== 'string') {
    return refused('WIRE_BAD_DATA', `data: expected the reason as text, found ${describeValue(reason)}`);
  }
  return { status: 'message', message: { type: 'exception', reason } };
}

function decodeEvent(type: EventTopic, members: Members, text: string): MessageOutcome {
  if (isDeeperThan(text, MOST_NESTED)) {
    return refused('WIRE_TOO_DEEP', `the message is nested deeper than ${MOST_NESTED} levels`);
  }
  const { type: _, ...fields } = members;
  return { status: 'message', message: { type, fields } };
}
