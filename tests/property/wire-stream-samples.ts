import { type AnyFrame, Column, type ColumnKind, Frame } from '../../src/frame/index.ts';
import type { ColumnPatch, FrameDelta } from '../../src/frame/frame-delta.ts';
import { hashRows } from '../../src/frame/window-hash.ts';
import { candleTypes, parsePair, parseTimeframe } from '../../src/market/index.ts';
import type { Random } from '../../src/util/random.ts';
import {
  type ConsumerControl,
  MOST_CHUNK_BYTES,
  type ProducerControl,
  type EncodedSnapshot,
  type StreamHeader,
  type StreamSchema,
  type StreamSeq,
  type StreamSubscription,
  type Want,
  encodeDelta,
  encodeSnapshot,
  encodeSnapshotChunk,
  streamSchemaOf,
} from '../../src/wire/stream/index.ts';

/** A stream with a message of each binary kind. */
export interface Sample {
  readonly schema: StreamSchema;
  readonly header: StreamHeader;
  readonly delta: FrameDelta;
  readonly deltaBytes: Uint8Array;
  readonly frame: AnyFrame;
  readonly snapshot: EncodedSnapshot;
  readonly chunks: readonly Uint8Array[];
}

const FIVE_MINUTES_MS = 300_000;

const kinds: readonly ColumnKind[] = ['float64', 'timestamp', 'int', 'int64', 'bool', 'string'];
const awkwardNames = [
  '__proto__',
  'constructor',
  'toString',
  '',
  '10',
  'close',
  'a b',
  '\uFEFFx',
  'é',
  '\0',
  '\uD800',
  '"',
];
const awkwardDoubles = [NaN, Infinity, -Infinity, -0, 0, 5e-324, Number.MAX_VALUE, 0.1 + 0.2, 2 ** 53, -1];
const awkwardIntegers = [0, 1, -1, 2 ** 53 - 1, 1 - 2 ** 53, 2 ** 31, 255];
const awkwardBigInts = [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n];
/** Among them text that has no UTF-8 form, characters of each length, and more than is put together at once. */
const awkwardTexts = [
  null,
  '',
  'null',
  '\0',
  '\uD800',
  '\uDFFF',
  '\uDC00\uD800',
  'a\uD83D',
  '\uDE00b',
  '\u{1F600}\uD83D',
  '\u{10FFFF}',
  '\uFFFF',
  '\u07FF\u0800',
  '漢字',
  '\uFEFF',
  'x'.repeat(1500),
];

const awkwardTimes = [0, 5e-324, 0.1, 2 ** 53, Number.MAX_VALUE];

const u32 = (random: Random) => random.below(2 ** 32);
const pick = <T>(random: Random, values: readonly T[]): T => values[random.below(values.length)];

export function randomHeader(random: Random): StreamHeader {
  const from = 1 + random.below(2 ** 32 - 2);
  const to = random.next() < 0.7 ? from : from + random.below(Math.min(65_536, 2 ** 32 - from));
  const lastAnalyzed = random.next() < 0.2 ? pick(random, awkwardTimes) : random.next() * 4e12;
  return { stream: u32(random), epoch: u32(random), from, to, schemaVersion: random.below(65_536), lastAnalyzed };
}

/** Columns of a random schema, `date` among them, with so many rows of awkward values. */
export function randomFrame(random: Random, rows: number): AnyFrame {
  const kindOf = new Map<string, ColumnKind>([['date', 'timestamp']]);
  for (let columns = random.below(7); columns > 0; columns--) {
    const name = random.next() < 0.5 ? `c${random.below(100)}` : awkwardNames[random.below(awkwardNames.length)];
    if (name !== 'date') kindOf.set(name, kinds[random.below(kinds.length)]);
  }
  return frameOfKinds(random, shuffled(random, [...kindOf]), rows);
}

/** More rows of the same columns. */
export function moreRows(random: Random, { names, columnList }: AnyFrame, rows: number): AnyFrame {
  const named = names.map((name, place): [string, ColumnKind] => [name, columnList[place].kind]);
  return frameOfKinds(random, named, rows);
}

function frameOfKinds(random: Random, named: readonly [string, ColumnKind][], rows: number): AnyFrame {
  return Frame.fromColumns(
    named.map(([name, kind]) => [name, name === 'date' ? datesFrom(random, rows) : randomColumn(random, kind, rows)]),
  );
}

function datesFrom(random: Random, rows: number): Column {
  let date = random.below(1000) * FIVE_MINUTES_MS - FIVE_MINUTES_MS;
  const next = () => (date += FIVE_MINUTES_MS * (1 + random.below(3)));
  return Column.adopt('timestamp', Float64Array.from({ length: rows }, next));
}

function randomColumn(random: Random, kind: ColumnKind, rows: number): Column {
  const some = <T>(awkward: readonly T[], plain: () => T) => {
    return Array.from({ length: rows }, () => (random.next() < 0.4 ? pick(random, awkward) : plain()));
  };
  switch (kind) {
    case 'int':
      return Column.adopt(kind, Float64Array.from(some(awkwardIntegers, () => random.below(2 ** 32) - 2 ** 31)));
    case 'int64':
      return Column.adopt(kind, BigInt64Array.from(some(awkwardBigInts, () => BigInt(u32(random)) * 0x7fffffffn)));
    case 'bool':
      return Column.adopt(kind, Uint8Array.from(some([0, 1], () => random.below(2))));
    case 'string':
      return Column.adopt(
        kind,
        some<string | null>(awkwardTexts, () => `tag ${random.below(9)}`),
      );
    case 'float64':
    case 'timestamp':
    default:
      return Column.adopt(
        kind,
        Float64Array.from(some(awkwardDoubles, () => random.normal() * 10 ** random.below(20))),
      );
  }
}

function randomDelta(random: Random, frame: AnyFrame, schema: StreamSchema): FrameDelta {
  const changed = frame.tail(random.below(Math.min(frame.length, random.next() < 0.7 ? 8 : 60) + 1));
  const earlier = frame.length - changed.length;
  const patches: ColumnPatch[] = [];
  for (let place = 0; place < schema.names.length; place++) {
    if (place === schema.datePlace || random.next() < 0.6) continue;
    const rows = Uint32Array.from({ length: earlier }, (_, row) => row).filter(() => random.next() < 0.3);
    if (rows.length === 0) continue;
    patches.push({ column: place, rows, values: randomColumn(random, schema.kinds[place], rows.length) });
  }
  const hash = { lo: u32(random), hi: u32(random) };
  return { rows: frame.length, hash, changed, patches };
}

export function randomSample(random: Random): Sample {
  const frame = randomFrame(random, random.next() < 0.1 ? 100 + random.below(100) : random.below(20));
  const schema = streamSchemaOf(frame);
  const header = randomHeader(random);
  const delta = randomDelta(random, frame, schema);
  const snapshot = encodeSnapshot({ ...header, seq: header.to }, schema, { frame, hash: hashRows(frame) });
  return {
    schema,
    header,
    delta,
    deltaBytes: encodeDelta(header, schema, delta),
    frame,
    snapshot,
    chunks: chunksOf(snapshot),
  };
}

export function chunksOf(snapshot: EncodedSnapshot): readonly Uint8Array[] {
  const count = Math.max(1, Math.ceil(snapshot.total / MOST_CHUNK_BYTES));
  return Array.from({ length: count }, (_, i) => encodeSnapshotChunk(snapshot, i * MOST_CHUNK_BYTES));
}

const pairs = ['BTC/USDT', 'XRP/USDT:USDT', '1000漢/É'].map(parsePair);
const timeframes = ['5m', '1h', '1M'].map(parseTimeframe);

export function randomProducerControl(random: Random): ProducerControl {
  const stream = u32(random);
  switch (random.below(4)) {
    case 0:
      return {
        type: 'welcome',
        epoch: u32(random),
        heartbeatMs: 1 + random.below(600_000),
        ...(random.next() < 0.5 ? { serial: u32(random) } : {}),
        limits: Object.fromEntries(awkwardNames.slice(0, random.below(5)).map((name) => [name, random.normal()])),
      };
    case 1: {
      const key = {
        pair: pick(random, pairs),
        timeframe: pick(random, timeframes),
        candleType: pick(random, candleTypes),
      };
      return { type: 'schema', stream, version: u32(random), key, schema: streamSchemaOf(randomFrame(random, 0)) };
    }
    case 2:
      return { type: 'end', stream };
    default: {
      return {
        type: 'heartbeat',
        streams: Array.from({ length: random.below(5) }, () => randomStreamSeq(random)),
        ...(random.next() < 0.3 ? { whole: true } : {}),
      };
    }
  }
}

function randomStreamSeq(random: Random): StreamSeq {
  const [stream, seq] = [u32(random), u32(random)];
  return random.next() < 0.7 ? { stream, seq } : { stream, seq, now: seq + random.below(2 ** 32 - seq) };
}

export function randomConsumerControl(random: Random): ConsumerControl {
  const stream = u32(random);
  if (random.next() < 0.5) return { type: 'ack', stream, seq: u32(random), bytes: u32(random) };
  return random.next() < 0.5 ? { type: 'resync', stream } : { type: 'resync', stream, have: u32(random) };
}

function randomWant(random: Random): Want {
  const maybe = <K extends keyof Want>(name: K, value: Want[K]) => (random.next() < 0.5 ? { [name]: value } : {});
  return {
    ...maybe('pair', pick(random, pairs)),
    ...maybe('timeframe', pick(random, timeframes)),
    ...maybe('candleType', pick(random, candleTypes)),
    ...maybe('columns', awkwardNames.slice(0, random.below(6))),
    ...maybe('tail', 1 + random.below(100_000)),
    ...maybe('rate', pick(random, ['tick', 'candle', 1 + random.below(86_400_000)] as const)),
  };
}

export function randomSubscription(random: Random): StreamSubscription {
  const streams = new Map(Array.from({ length: random.below(5) }, () => [u32(random), u32(random)]));
  return {
    version: 1 + random.below(3),
    ...(random.next() < 0.3 ? { serial: u32(random) } : {}),
    ...(random.next() < 0.5 ? { want: Array.from({ length: random.below(4) }, () => randomWant(random)) } : {}),
    ...(random.next() < 0.5 ? { resume: { epoch: u32(random), streams } } : {}),
  };
}

export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
