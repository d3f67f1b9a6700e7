import type { PairKey } from '../../market/index.ts';
import { isObject } from '../../util/is-object.ts';
import { decodePairKey, encodePairKey } from '../pair-key-codec.ts';
import { type Members, parseObject } from '../parse-object.ts';
import { decodeEpoch, encodeEpoch, expectU32, isU32, misfit, notEncodable } from './check-json.ts';
import { isSealed, isTextWhole, sealText } from './sealed-text.ts';
import { STREAM_VERSION } from './stream-header.ts';
import { type StreamLimits, defaultStreamLimits } from './stream-limits.ts';
import { type StreamRefused, refuse, tooLarge } from './stream-refusal.ts';
import { type StreamSchema, decodeSchema, encodeSchema } from './stream-schema.ts';

/** The type of text messages between Candlecast peers, in both directions. */
export const CONTROL_TYPE = 'candlecast';

/** How far a consumer should be with a stream. */
export interface StreamSeq {
  readonly stream: number;
  /** The last state that was sent to this consumer. */
  readonly seq: number;
  /** The newest state that the producer has, where it is later than the last that was sent. */
  readonly now?: number;
}

/** What a producer tells about streams, as text. */
export type ProducerControl =
  /** Comes before anything else, from producers that have streams. */
  | {
      readonly type: 'welcome';
      /** Of this run of the producer. */
      readonly epoch: number;
      /** A heartbeat follows this often, in milliseconds. */
      readonly heartbeatMs: number;
      /** Which subscription it answers, where that has a number. */
      readonly serial?: number;
      /** What the producer takes and holds, by name; a consumer passes over names that it does not know. */
      readonly limits: Readonly<Record<string, number>>;
    }
  /**
   * What a stream is of. Comes before its first binary message, and with the next version before a snapshot when columns change. Binary
   * messages have `version` modulo 65,536.
   */
  | {
      readonly type: 'schema';
      readonly stream: number;
      readonly version: number;
      readonly key: PairKey;
      readonly schema: StreamSchema;
    }
  /** The stream is no more. */
  | { readonly type: 'end'; readonly stream: number }
  /** Of each stream that moved since the heartbeat before. On the wire an entry is `[stream, seq]` or `[stream, seq, now]`. */
  | {
      readonly type: 'heartbeat';
      readonly streams: readonly StreamSeq[];
      /** It tells of all streams that this consumer gets, so that there are no others. False unless told. */
      readonly whole?: boolean;
    };

/** What a consumer tells about streams, as text. */
export type ConsumerControl =
  /** Asks for what is missing after the state `have`, or where nothing is held for a snapshot. */
  | { readonly type: 'resync'; readonly stream: number; readonly have?: number }
  /** So many bytes of the content of the snapshot of state `seq` have come, in order. */
  | { readonly type: 'ack'; readonly stream: number; readonly seq: number; readonly bytes: number };

export type ControlOutcome<C> =
  | { readonly status: 'control'; readonly control: C }
  /** Nothing that this version knows: of a later one, and no error. */
  | { readonly status: 'unknown' }
  | StreamRefused;

const MOST_WELCOME_LIMITS = 64;
/** A longer pause between heartbeats would hide a dead producer for long. */
const MOST_HEARTBEAT_MS = 600_000;

/**
 * As text.
 *
 * @throws StreamError STREAM_NOT_ENCODABLE, WireError WIRE_BAD_KEY for what a consumer would refuse.
 */
export function encodeProducerControl(control: ProducerControl): string {
  return sealText(textOf(producerData(control)));
}

function producerData(control: ProducerControl): unknown {
  switch (control.type) {
    case 'welcome': {
      const { epoch, heartbeatMs, serial, limits } = control;
      const data = { welcome: STREAM_VERSION, epoch: encodeEpoch(epoch), heartbeatMs, serial, limits };
      const decoded = decodeWelcome(data);
      if (decoded.status === 'refused') throw notEncodable(decoded.reason, control);
      return data;
    }
    case 'schema': {
      const { version, key, schema } = control;
      const stream = expectU32('stream', control.stream);
      expectU32('version', version);
      return { schema: { stream, version, key: encodePairKey(key), columns: encodeSchema(schema) } };
    }
    case 'end':
      return { end: { stream: expectU32('stream', control.stream) } };
    case 'heartbeat':
    default:
      return {
        heartbeat: { streams: control.streams.map(encodeStreamSeq), whole: control.whole === true || undefined },
      };
  }
}

function encodeStreamSeq({ stream, seq, now }: StreamSeq): readonly number[] {
  const entry = [expectU32('stream', stream), expectU32('seq', seq)];
  if (now === undefined) return entry;
  if (expectU32('now', now) >= seq) return [...entry, now];
  throw notEncodable(`stream ${stream}: expected a newest state from ${seq} on, found ${now}`, now);
}

/**
 * As text.
 *
 * @throws StreamError STREAM_NOT_ENCODABLE.
 */
export function encodeConsumerControl(control: ConsumerControl): string {
  const stream = expectU32('stream', control.stream);
  if (control.type === 'resync') {
    const { have } = control;
    return textOf({ resync: have === undefined ? { stream } : { stream, have: expectU32('have', have) } });
  }
  return textOf({ ack: { stream, seq: expectU32('seq', control.seq), bytes: expectU32('bytes', control.bytes) } });
}

function textOf(data: unknown): string {
  return JSON.stringify({ type: CONTROL_TYPE, data });
}

/** A text of type "candlecast" from a producer. Never throws. */
export function decodeProducerControl(
  text: string,
  limits: Required<StreamLimits> = defaultStreamLimits,
): ControlOutcome<ProducerControl> {
  const damaged = damageOf(text);
  if (damaged !== undefined) return damaged;
  const parsed = parseControl(text, limits);
  return parsed.status === 'data' ? decodeProducerData(parsed.data, limits) : parsed;
}

/** The refusal of a text that is not as it was sent, by the sum that producers put at its end. */
function damageOf(text: string): StreamRefused | undefined {
  if (isTextWhole(text)) return undefined;
  return refuse('STREAM_BAD_CHECKSUM', `a control message of ${text.length} characters was damaged on its way`);
}

/** The same of what came over a connection, where one whose sum was damaged must not pass for one without. */
export function damageOnWire(text: string): StreamRefused | undefined {
  if (isSealed(text)) return damageOf(text);
  return refuse('STREAM_BAD_CHECKSUM', `a control message of ${text.length} characters has no sum at its end`);
}

/** The same of the text's `data`, where that is parsed. */
export function decodeProducerData(
  data: unknown,
  limits: Required<StreamLimits> = defaultStreamLimits,
): ControlOutcome<ProducerControl> {
  if (!isObject(data)) return misfit('STREAM_BAD_CONTROL', 'data', 'an object such as {"end":{"stream":7}}', data);
  const known = oneOf(data, ['welcome', 'schema', 'end', 'heartbeat']);
  switch (known) {
    case 'welcome':
      return decodeWelcome(data);
    case 'schema':
      return decodeSchemaMessage(data.schema, limits);
    case 'end':
      return decodeEnd(data.end);
    case 'heartbeat':
      return decodeHeartbeat(data.heartbeat, limits);
    case undefined:
      return { status: 'unknown' };
    default:
      return known;
  }
}

/** A text of type "candlecast" from a consumer. Never throws. */
export function decodeConsumerControl(
  text: string,
  limits: Required<StreamLimits> = defaultStreamLimits,
): ControlOutcome<ConsumerControl> {
  const parsed = parseControl(text, limits);
  return parsed.status === 'data' ? decodeConsumerData(parsed.data) : parsed;
}

/** The same of the text's `data`, where that is parsed. */
export function decodeConsumerData(data: unknown): ControlOutcome<ConsumerControl> {
  if (!isObject(data)) return misfit('STREAM_BAD_CONTROL', 'data', 'an object such as {"resync":{"stream":7}}', data);
  const known = oneOf(data, ['resync', 'ack']);
  switch (known) {
    case 'resync':
      return decodeResync(data.resync);
    case 'ack':
      return decodeAck(data.ack);
    case undefined:
      return { status: 'unknown' };
    default:
      return known;
  }
}

function parseControl(
  text: string,
  limits: Required<StreamLimits>,
): { readonly status: 'data'; readonly data: unknown } | StreamRefused {
  const parsed = parseObject(text, 'message', limits.mostCharacters);
  if (parsed.status === 'refused') return parsed;
  const { type, data } = parsed.members;
  return type === CONTROL_TYPE
    ? { status: 'data', data }
    : misfit('STREAM_BAD_CONTROL', 'type', `"${CONTROL_TYPE}"`, type);
}

/** The one of these names that an object has, or the refusal of several: which of them would count is not for us to guess. */
function oneOf<N extends string>(data: Members, names: readonly N[]): N | StreamRefused | undefined {
  const found = names.filter((name) => Object.hasOwn(data, name));
  return found.length < 2 ? found[0] : refuse('STREAM_BAD_CONTROL', `data: expected one of ${found.join(', ')}`);
}

function decodeWelcome(data: Members): ControlOutcome<ProducerControl> {
  const { welcome, heartbeatMs, serial, limits = {} } = data;
  if (welcome !== STREAM_VERSION) {
    if (!isU32(welcome)) return misfit('STREAM_BAD_CONTROL', 'welcome', 'the version', welcome);
    return refuse('STREAM_UNKNOWN_VERSION', `welcome: expected version ${STREAM_VERSION}, found ${welcome}`);
  }
  const epoch = decodeEpoch(data.epoch);
  if (epoch === undefined) return misfit('STREAM_BAD_CONTROL', 'epoch', '8 hexadecimal digits', data.epoch);
  if (!isU32(heartbeatMs) || heartbeatMs < 1 || heartbeatMs > MOST_HEARTBEAT_MS) {
    return misfit('STREAM_BAD_CONTROL', 'heartbeatMs', `1 to ${MOST_HEARTBEAT_MS} milliseconds`, heartbeatMs);
  }
  if (serial !== undefined && !isU32(serial)) {
    return misfit('STREAM_BAD_CONTROL', 'serial', 'the number of the subscription', serial);
  }
  if (!isObject(limits)) return misfit('STREAM_BAD_CONTROL', 'limits', 'an object of numbers', limits);
  const entries = Object.entries(limits);
  if (entries.length > MOST_WELCOME_LIMITS) {
    return refuse('STREAM_BAD_CONTROL', `limits: expected at most ${MOST_WELCOME_LIMITS}, found ${entries.length}`);
  }
  // Those of other forms are of a later version.
  const numbers = entries.filter((entry): entry is [string, number] => Number.isFinite(entry[1]));
  return {
    status: 'control',
    control: {
      type: 'welcome',
      epoch,
      heartbeatMs,
      ...(serial === undefined ? {} : { serial }),
      limits: Object.fromEntries(numbers),
    },
  };
}

function decodeSchemaMessage(value: unknown, limits: Required<StreamLimits>): ControlOutcome<ProducerControl> {
  if (!isObject(value)) return misfit('STREAM_BAD_CONTROL', 'schema', 'an object', value);
  const { stream, version, key } = value;
  if (!isU32(stream)) return badStream('schema', stream);
  if (!isU32(version)) return misfit('STREAM_BAD_CONTROL', 'schema.version', 'an unsigned integer of 32 bits', version);
  const named = decodePairKey(key);
  if (named.status === 'refused') return named;
  if (named.key.pair.length > limits.mostNameLength) {
    return tooLarge('units of the pair', named.key.pair.length, 'mostNameLength', limits.mostNameLength);
  }
  const decoded = decodeSchema(value.columns, limits);
  if (decoded.status === 'refused') return decoded;
  return { status: 'control', control: { type: 'schema', stream, version, key: named.key, schema: decoded.schema } };
}

function decodeEnd(value: unknown): ControlOutcome<ProducerControl> {
  if (!isObject(value) || !isU32(value.stream)) return badStream('end', isObject(value) ? value.stream : value);
  return { status: 'control', control: { type: 'end', stream: value.stream } };
}

function decodeHeartbeat(value: unknown, { mostStreams }: Required<StreamLimits>): ControlOutcome<ProducerControl> {
  const list = isObject(value) ? value.streams : value;
  if (!isObject(value) || !Array.isArray(list)) {
    return misfit('STREAM_BAD_CONTROL', 'heartbeat.streams', 'a list such as [[7,4182]]', list);
  }
  if (list.length > mostStreams) return tooLarge('streams of a heartbeat', list.length, 'mostStreams', mostStreams);
  const streams: StreamSeq[] = [];
  for (const entry of list as readonly unknown[]) {
    const [stream, seq, now]: unknown[] = Array.isArray(entry) ? entry : [];
    if (!isU32(stream) || !isU32(seq) || !(now === undefined || isU32(now))) {
      const expected = 'a stream and its last states, as in [7,4182] or [7,4182,4190]';
      return misfit('STREAM_BAD_CONTROL', 'heartbeat.streams', expected, entry);
    }
    if (now !== undefined && now < seq) {
      const found = `${now} after ${seq}`;
      const reason = `heartbeat.streams: stream ${stream}: expected a newest state that is not older, found ${found}`;
      return refuse('STREAM_BAD_CONTROL', reason);
    }
    streams.push(now === undefined ? { stream, seq } : { stream, seq, now });
  }
  const whole = value.whole === true ? { whole: true } : {};
  return { status: 'control', control: { type: 'heartbeat', streams, ...whole } };
}

function decodeResync(value: unknown): ControlOutcome<ConsumerControl> {
  if (!isObject(value) || !isU32(value.stream)) return badStream('resync', isObject(value) ? value.stream : value);
  const { stream, have } = value;
  if (have === undefined) return { status: 'control', control: { type: 'resync', stream } };
  if (!isU32(have)) return misfit('STREAM_BAD_CONTROL', 'resync.have', 'the state that is held, or nothing', have);
  return { status: 'control', control: { type: 'resync', stream, have } };
}

function decodeAck(value: unknown): ControlOutcome<ConsumerControl> {
  if (!isObject(value) || !isU32(value.stream)) return badStream('ack', isObject(value) ? value.stream : value);
  const { stream, seq, bytes } = value;
  if (!isU32(seq)) return misfit('STREAM_BAD_CONTROL', 'ack.seq', 'the state of the snapshot', seq);
  if (!isU32(bytes)) return misfit('STREAM_BAD_CONTROL', 'ack.bytes', 'the bytes received', bytes);
  return { status: 'control', control: { type: 'ack', stream, seq, bytes } };
}

function badStream(where: string, found: unknown): StreamRefused {
  return misfit('STREAM_BAD_CONTROL', `${where}.stream`, 'the number of a stream', found);
}
