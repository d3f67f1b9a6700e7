import { type CandleType, type Pair, type Timeframe, isCandleType, isPair, isTimeframe } from '../../market/index.ts';
import { isObject } from '../../util/is-object.ts';
import { quote } from '../describe-value.ts';
import { decodeEpoch, encodeEpoch, isU32, misfit, notEncodable } from './check-json.ts';
import { STREAM_VERSION } from './stream-header.ts';
import { type StreamLimits, defaultStreamLimits } from './stream-limits.ts';
import { type StreamRefused, refuse, tooLarge } from './stream-refusal.ts';

/** When a consumer wants the next state: each one, one a candle, or at most one in so many milliseconds. */
export type Rate = 'tick' | 'candle' | number;

/** Which frames a consumer wants, and what of them. What is left out does not restrict; `date` always comes. */
export interface Want {
  readonly pair?: Pair;
  readonly timeframe?: Timeframe;
  readonly candleType?: CandleType;
  readonly columns?: readonly string[];
  /** Only so many rows from the end. */
  readonly tail?: number;
  /** `tick` unless told. */
  readonly rate?: Rate;
}

/** What a consumer held when its last connection ended. */
export interface Resume {
  readonly epoch: number;
  /** The last state of each stream, by the stream's number. */
  readonly streams: ReadonlyMap<number, number>;
}

/** The key `candlecast` of a consumer's subscription. A later subscription replaces it. */
export interface StreamSubscription {
  /** The highest version that the consumer speaks. */
  readonly version: number;
  /** The producer's welcome repeats it, so that it is known which subscription it answers. */
  readonly serial?: number;
  /** The first that matches a frame counts. Left out: every frame, every column. */
  readonly want?: readonly Want[];
  readonly resume?: Resume;
}

export type SubscriptionOutcome =
  | { readonly status: 'subscription'; readonly subscription: StreamSubscription }
  /** From a Candlecast consumer that does not speak of streams: it takes frames as JSON. */
  | { readonly status: 'without-streams' }
  | StreamRefused;

const MOST_RATE_MS = 86_400_000;

/**
 * The value of the key `candlecast`, for `JSON.stringify`.
 *
 * @throws StreamError STREAM_NOT_ENCODABLE for what a producer would refuse.
 */
export function encodeSubscription(subscription: StreamSubscription): Readonly<Record<string, unknown>> {
  const { version, serial, want, resume } = subscription;
  const encoded = {
    version,
    ...(serial === undefined ? {} : { serial }),
    ...(want === undefined ? {} : { want: want.map(encodeWant) }),
    ...(resume === undefined ? {} : { resume: encodeResume(resume) }),
  };
  const decoded = decodeSubscription(encoded, mostOfAll);
  if (decoded.status === 'refused') throw notEncodable(decoded.reason, subscription);
  return encoded;
}

/** How much a producer takes is its own business. */
const mostOfAll: Required<StreamLimits> = {
  ...defaultStreamLimits,
  mostRows: 0xffffffff,
  mostColumns: Infinity,
  mostWants: Infinity,
  mostStreams: Infinity,
  mostNameLength: Infinity,
};

function encodeWant({ pair, timeframe, candleType, columns, tail, rate }: Want): unknown {
  return { pair, timeframe, candleType, columns, tail, rate };
}

function encodeResume({ epoch, streams }: Resume): unknown {
  return { epoch: encodeEpoch(epoch), streams: Object.fromEntries(streams) };
}

/** What a consumer sent under the key `candlecast`. Never throws; a refusal's reason is meant for the consumer. */
export function decodeSubscription(
  value: unknown,
  limits: Required<StreamLimits> = defaultStreamLimits,
): SubscriptionOutcome {
  if (!isObject(value)) return misfit('STREAM_BAD_SUBSCRIPTION', 'candlecast', 'an object', value);
  const { version, serial } = value;
  if (version === undefined) return { status: 'without-streams' };
  if (!isU32(version) || version < STREAM_VERSION) {
    return misfit('STREAM_BAD_SUBSCRIPTION', 'candlecast.version', `${STREAM_VERSION} or more`, version);
  }
  if (serial !== undefined && !isU32(serial)) {
    return misfit('STREAM_BAD_SUBSCRIPTION', 'candlecast.serial', 'an unsigned integer of 32 bits', serial);
  }
  const wanted = decodeWants(value.want, limits);
  if (wanted.status === 'refused') return wanted;
  const resumed = decodeResume(value.resume, limits);
  if (resumed.status === 'refused') return resumed;
  const { want } = wanted;
  const { resume } = resumed;
  return {
    status: 'subscription',
    subscription: {
      version,
      ...(serial === undefined ? {} : { serial }),
      ...(want === undefined ? {} : { want }),
      ...(resume === undefined ? {} : { resume }),
    },
  };
}

function decodeWants(
  value: unknown,
  limits: Required<StreamLimits>,
): { readonly status: 'wants'; readonly want: readonly Want[] | undefined } | StreamRefused {
  if (value === undefined) return { status: 'wants', want: undefined };
  if (!Array.isArray(value))
    return misfit('STREAM_BAD_SUBSCRIPTION', 'want', 'a list such as [{"pair":"BTC/USDT"}]', value);
  if (value.length > limits.mostWants) return tooLarge('wants', value.length, 'mostWants', limits.mostWants);
  const want: Want[] = [];
  for (const [place, entry] of (value as readonly unknown[]).entries()) {
    const decoded = decodeWant(entry, `want[${place}]`, limits);
    if (decoded.status === 'refused') return decoded;
    want.push(decoded.want);
  }
  return { status: 'wants', want };
}

function decodeWant(
  value: unknown,
  where: string,
  limits: Required<StreamLimits>,
): { readonly status: 'want'; readonly want: Want } | StreamRefused {
  const bad = (name: string, expected: string, found: unknown) =>
    misfit('STREAM_BAD_SUBSCRIPTION', name === '' ? where : `${where}.${name}`, expected, found);
  if (!isObject(value)) return bad('', 'an object', value);
  const { pair, timeframe, candleType, tail, rate } = value;
  if (!isTextOr(pair, isPair)) return bad('pair', 'a pair such as "BTC/USDT"', pair);
  if (pair !== undefined && pair.length > limits.mostNameLength) {
    return tooLarge(`units of ${where}.pair`, pair.length, 'mostNameLength', limits.mostNameLength);
  }
  if (!isTextOr(timeframe, isTimeframe)) return bad('timeframe', 'a timeframe such as "5m"', timeframe);
  if (!isTextOr(candleType, isCandleType)) return bad('candleType', 'a candle type such as "spot"', candleType);
  if (tail !== undefined && !(isU32(tail) && tail >= 1 && tail <= limits.mostRows)) {
    return bad('tail', `1 to ${limits.mostRows} rows`, tail);
  }
  if (rate !== undefined && !isRate(rate))
    return bad('rate', `"tick", "candle" or 1 to ${MOST_RATE_MS} milliseconds`, rate);
  const named = decodeColumns(value.columns, where, limits);
  if (named.status === 'refused') return named;
  const { columns } = named;
  // Members that are not given stay absent.
  const entries = Object.entries({ pair, timeframe, candleType, columns, tail, rate });
  return { status: 'want', want: Object.fromEntries(entries.filter(([, member]) => member !== undefined)) };
}

function decodeColumns(
  value: unknown,
  where: string,
  limits: Required<StreamLimits>,
): { readonly status: 'columns'; readonly columns: readonly string[] | undefined } | StreamRefused {
  if (value === undefined) return { status: 'columns', columns: undefined };
  if (!Array.isArray(value)) {
    return misfit('STREAM_BAD_SUBSCRIPTION', `${where}.columns`, 'a list of names such as ["rsi"]', value);
  }
  if (value.length > limits.mostColumns) {
    return tooLarge(`names in ${where}.columns`, value.length, 'mostColumns', limits.mostColumns);
  }
  const columns = new Set<string>();
  for (const name of value as readonly unknown[]) {
    if (typeof name !== 'string') return misfit('STREAM_BAD_SUBSCRIPTION', `${where}.columns`, 'names', name);
    if (name.length > limits.mostNameLength) {
      return tooLarge(`units of the name ${quote(name)}`, name.length, 'mostNameLength', limits.mostNameLength);
    }
    columns.add(name);
  }
  return { status: 'columns', columns: [...columns] };
}

function decodeResume(
  value: unknown,
  { mostStreams }: Required<StreamLimits>,
): { readonly status: 'resume'; readonly resume: Resume | undefined } | StreamRefused {
  if (value === undefined) return { status: 'resume', resume: undefined };
  if (!isObject(value)) return misfit('STREAM_BAD_SUBSCRIPTION', 'resume', 'an object', value);
  const epoch = decodeEpoch(value.epoch);
  if (epoch === undefined)
    return misfit('STREAM_BAD_SUBSCRIPTION', 'resume.epoch', '8 hexadecimal digits', value.epoch);
  if (!isObject(value.streams)) {
    return misfit('STREAM_BAD_SUBSCRIPTION', 'resume.streams', 'an object such as {"7":4182}', value.streams);
  }
  const entries = Object.entries(value.streams);
  if (entries.length > mostStreams) return tooLarge('streams to resume', entries.length, 'mostStreams', mostStreams);
  const streams = new Map<number, number>();
  for (const [text, seq] of entries) {
    const stream = Number(text);
    if (!isU32(stream) || String(stream) !== text) {
      return refuse(
        'STREAM_BAD_SUBSCRIPTION',
        `resume.streams: expected numbers of streams as keys, found ${quote(text)}`,
      );
    }
    if (!isU32(seq)) return misfit('STREAM_BAD_SUBSCRIPTION', `resume.streams.${text}`, 'its last state', seq);
    streams.set(stream, seq);
  }
  return { status: 'resume', resume: { epoch, streams } };
}

function isTextOr<T extends string>(value: unknown, is: (text: string) => text is T): value is T | undefined {
  return value === undefined || (typeof value === 'string' && is(value));
}

function isRate(value: unknown): value is Rate {
  return value === 'tick' || value === 'candle' || (isU32(value) && value >= 1 && value <= MOST_RATE_MS);
}
