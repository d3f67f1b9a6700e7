import { isObject } from '../util/is-object.ts';
import { describeValue, cut } from './describe-value.ts';
import { type Members, parseObject } from './parse-object.ts';
import { type Refused, refused } from './refusal.ts';
import {
  CONTROL_TYPE,
  type ConsumerControl,
  StreamError,
  type StreamRefused,
  type SubscriptionOutcome,
  decodeConsumerData,
  decodeSubscription,
  defaultStreamLimits,
  encodeConsumerControl,
  encodeSubscription,
} from './stream/index.ts';
import { type RowRange, decodeLimit, limitOf, wholeFrame } from './row-range.ts';
import { isDeeperThan } from './scan-json.ts';
import { type Topic, isTopic } from './topics.ts';
import { WireError } from './wire-error.ts';
import { DEFAULT_MOST_REQUEST_CHARACTERS, MOST_NESTED, type RequestLimits } from './wire-limits.ts';

/**
 * What a consumer asks of a producer.
 *
 * - `subscribe` replaces the set of topics; freqtrade does nothing where the list is empty. `unknownTopics` are names that were
 *   asked for and do not exist, for an answer that says so.
 * - `whitelist` asks for the pairs.
 * - `analyzed_df` asks for frames: of one pair, or of all where `pair` is null. A pair is taken as it stands, since a producer
 *   answers for unknown ones too.
 * - `candlecast` is what a Candlecast consumer tells about streams.
 */
export type Request =
  | {
      readonly type: 'subscribe';
      readonly topics: readonly Topic[];
      readonly unknownTopics: readonly string[];
      /**
       * What a Candlecast consumer says of itself, in a key that stock producers pass over: the streams that it wants, or that it
       * takes none. Undefined from a stock consumer. A refused one is a Candlecast consumer's too.
       */
      readonly candlecast: SubscriptionOutcome | undefined;
    }
  | { readonly type: 'whitelist' }
  | { readonly type: 'analyzed_df'; readonly rows: RowRange; readonly pair: string | null }
  | { readonly type: typeof CONTROL_TYPE; readonly control: ConsumerControl };

export type RequestOutcome = { readonly status: 'request'; readonly request: Request } | Refused | StreamRefused;

const MOST_OF_TYPE = 100;

/**
 * A request as a stock consumer would write it. What no stock consumer asks for, all rows of all pairs, goes without `data`.
 *
 * @throws WireError WIRE_BAD_LIMIT, WIRE_BAD_PAIR, WIRE_BAD_TOPICS, StreamError STREAM_NOT_ENCODABLE for what a producer would
 *   misread or refuse.
 */
export function encodeRequest(request: Request): string {
  const { type } = request;
  if (type === 'whitelist') return JSON.stringify({ type });
  if (type === CONTROL_TYPE) return encodeConsumerControl(request.control);
  if (type === 'subscribe') {
    const data = [...request.topics.map(expectTopic), ...request.unknownTopics];
    return JSON.stringify({ type, data, candlecast: candlecastOf(request.candlecast) });
  }
  const { rows, pair } = request;
  if (pair === '')
    throw new WireError('WIRE_BAD_PAIR', 'the pair must not be empty; null asks for all', { value: pair });
  if (rows.take === 'all' && pair === null) return JSON.stringify({ type });
  return JSON.stringify({ type, data: { limit: limitOf(rows), pair } });
}

/** The value of the key `candlecast`; undefined, and so left out, for a stock consumer's. */
function candlecastOf(outcome: SubscriptionOutcome | undefined): Readonly<Record<string, unknown>> | undefined {
  if (outcome === undefined) return undefined;
  if (outcome.status === 'without-streams') return {};
  if (outcome.status === 'subscription') return encodeSubscription(outcome.subscription);
  throw new StreamError('STREAM_NOT_ENCODABLE', `a subscription that was refused: ${outcome.reason}`, {
    value: outcome,
  });
}

/** A text from a consumer. Never throws; a refusal's reason is meant for the consumer, in an `exception` message. */
export function decodeRequest(text: string, options: RequestLimits = {}): RequestOutcome {
  const parsed = parseObject(text, 'request', options.mostCharacters ?? DEFAULT_MOST_REQUEST_CHARACTERS);
  if (parsed.status === 'refused') return parsed;
  if (isDeeperThan(text, MOST_NESTED)) {
    return refused('WIRE_TOO_DEEP', `the request is nested deeper than ${MOST_NESTED} levels`);
  }
  const { members } = parsed;
  switch (members.type) {
    case 'subscribe':
      return decodeSubscribe(members, options);
    case 'whitelist':
      return { status: 'request', request: { type: 'whitelist' } };
    case 'analyzed_df':
      return decodeFrameRequest(members.data);
    case CONTROL_TYPE:
      return decodeControl(members.data);
    default:
      return unknownType(members.type);
  }
}

function unknownType(type: unknown): Refused {
  if (typeof type === 'string') {
    return refused('WIRE_UNKNOWN_TYPE', `Invalid request type: ${cut(type, MOST_OF_TYPE)}`);
  }
  const expected = 'expected "subscribe", "whitelist" or "analyzed_df"';
  return refused('WIRE_NO_TYPE', `the type of the request: ${expected}, found ${describeValue(type)}`);
}

function decodeSubscribe({ data, candlecast }: Members, { stream }: RequestLimits): RequestOutcome {
  if (!Array.isArray(data)) return badTopics('data', data);
  const topics = new Set<Topic>();
  const unknownTopics = new Set<string>();
  for (const [place, name] of (data as readonly unknown[]).entries()) {
    if (typeof name !== 'string') return badTopics(`data[${place}]`, name);
    if (isTopic(name)) topics.add(name);
    else unknownTopics.add(name);
  }
  const limits = { ...defaultStreamLimits, ...stream };
  return {
    status: 'request',
    request: {
      type: 'subscribe',
      topics: [...topics],
      unknownTopics: [...unknownTopics],
      candlecast: candlecast === undefined ? undefined : decodeSubscription(candlecast, limits),
    },
  };
}

function decodeControl(data: unknown): RequestOutcome {
  const decoded = decodeConsumerData(data);
  if (decoded.status === 'control')
    return { status: 'request', request: { type: CONTROL_TYPE, control: decoded.control } };
  if (decoded.status === 'refused') return decoded;
  return refused('WIRE_UNKNOWN_TYPE', `${CONTROL_TYPE}: unknown control message; expected resync or ack`);
}

function badTopics(where: string, found: unknown): Refused {
  const expected = where === 'data' ? 'a list of topics such as ["whitelist","analyzed_df"]' : "a topic's name";
  return refused('WIRE_BAD_TOPICS', `${where}: expected ${expected}, found ${describeValue(found)}`);
}

function decodeFrameRequest(data: unknown): RequestOutcome {
  if (isNothing(data)) return { status: 'request', request: { type: 'analyzed_df', rows: wholeFrame, pair: null } };
  if (!isObject(data)) {
    const expected = 'expected {"limit":1500,"pair":null}, or no data for everything';
    return refused('WIRE_BAD_DATA', `data: ${expected}; found ${describeValue(data)}`);
  }
  return decodeSelection(data);
}

/** What freqtrade takes for no data at all. An empty object is among it: Python holds it for false. */
function isNothing(data: unknown): boolean {
  return data === undefined || data === null || data === '' || (isObject(data) && Object.keys(data).length === 0);
}

function decodeSelection({ limit, pair = null }: Members): RequestOutcome {
  const decoded = decodeLimit(limit);
  if (decoded.status === 'refused') return decoded;
  if (pair !== null && typeof pair !== 'string') {
    const expected = 'expected text such as "BTC/USDT", or null for all pairs';
    return refused('WIRE_BAD_PAIR', `pair: ${expected}; found ${describeValue(pair)}`);
  }
  const { rows } = decoded;
  return { status: 'request', request: { type: 'analyzed_df', rows, pair: pair === '' ? null : pair } };
}

function expectTopic(name: Topic): Topic {
  if (isTopic(name)) return name;
  throw new WireError('WIRE_BAD_TOPICS', `${JSON.stringify(name)} is not a topic`, { value: name });
}
