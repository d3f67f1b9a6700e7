import { type Column, firstDifference } from '../../src/frame/index.ts';
import { wireErrors } from '../../src/wire/index.ts';
import { type Random, seededRandom } from '../../src/util/random.ts';
import { crc32c } from '../../src/wire/stream/crc32c.ts';
import {
  type DeltaMessage,
  SnapshotCollector,
  type StreamLimits,
  type StreamRefused,
  type StreamSchema,
  decodeConsumerControl,
  decodeDelta,
  decodeProducerControl,
  decodeSnapshot,
  decodeStreamMessage,
  decodeSubscription,
  defaultStreamLimits,
  encodeConsumerControl,
  encodeDelta,
  encodeProducerControl,
  encodeSnapshot,
  encodeSubscription,
  streamErrors,
} from '../../src/wire/stream/index.ts';
import {
  type Sample,
  randomConsumerControl,
  randomProducerControl,
  randomSample,
  randomSubscription,
  shuffled,
} from './wire-stream-samples.ts';

/** How many inputs came to what: `taken`, or the code of the refusal. */
export type FuzzReport = ReadonlyMap<string, number>;

type Decoded = { readonly status: string } | StreamRefused;
interface Input {
  readonly shown: string;
  readonly size: number;
  /** Memory that may be taken beside twice the input's size. */
  readonly extraBytes: number;
  readonly decode: () => Decoded;
}

const MOST_OF_REASON = 400;
/** Inputs made from one sample. */
const INPUTS_A_SAMPLE = 100;
/** Columns have up to 32 rows of 8 bytes to land in, taken once for many messages; samples have up to 7. */
const LANDING_BYTES = 7 * 32 * 8 + 256;
const COLLECTOR_BYTES = 64 * 1024;
const CHECKSUM_AT = 28;
const HEADER_BYTES = 32;
const OFFSET_AT = 48;
const CONTENT_AT = 52;
/** Where both kinds of message have integers of 32 bits, the checksum left out. */
const integerPlaces = [0, 4, 8, 12, 16, 20, 24, 32, 36, 40, 44, 48];
const awkwardIntegers = [0, 1, 2, 3, 8, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const awkwardJson = ['null', '-1', '1.5', '1e99', '4294967296', '"x"', '[]', '{}', 'true', '""', '-0', '[[7,1]]'];

/**
 * Feeds `inputs` inputs to the decoders of the extended wire: messages that are damaged where their structure is, mostly with a checksum
 * that fits again, read by the right and by wrong schemas under default and narrow limits.
 *
 * @throws Error naming seed and input where a decoder throws, takes more memory than its input and limits allow, refuses without a
 *   code of the tables or with a reason without bounds, or takes bytes that are not what encoding their content gives.
 */
export function fuzzStreamDecoders(seed: string | number, inputs: number): FuzzReport {
  const random = seededRandom(seed);
  const report = new Map<string, number>();
  const restore = typedArrays.map(countConstructed);
  try {
    let [sample, other] = [randomSample(random), randomSample(random)];
    for (let i = 0; i < inputs; i++) {
      if (i % INPUTS_A_SAMPLE === 0) [sample, other] = [randomSample(random), sample];
      const outcome = run(randomInput(random, sample, other), `seed ${seed}, input ${i}`);
      report.set(outcome, (report.get(outcome) ?? 0) + 1);
    }
    return report;
  } finally {
    for (const undo of restore) undo();
  }
}

function run({ shown, size, extraBytes, decode }: Input, where: string): string {
  try {
    const { result, bytes } = metered(decode);
    if (bytes > 2 * size + extraBytes) throw new Error(`${bytes} bytes were taken for ${size}`);
    if (!isRefused(result)) return 'taken';
    const { code, reason } = result;
    if (!(code in streamErrors) && !(code in wireErrors)) throw new Error(`the code ${code} is in no table`);
    if (reason.length > MOST_OF_REASON) throw new Error(`the reason has ${reason.length} characters`);
    return code;
  } catch (error) {
    throw new Error(`${where}: ${shown}`, { cause: error });
  }
}

function isRefused(decoded: Decoded): decoded is StreamRefused {
  return decoded.status === 'refused';
}

function randomInput(random: Random, sample: Sample, other: Sample): Input {
  const limits = random.next() < 0.8 ? defaultStreamLimits : narrowLimits(random);
  const choice = random.next();
  if (choice < 0.5) return deltaInput(random, sample, other, limits);
  if (choice < 0.7) return contentInput(random, sample, other, limits);
  return choice < 0.8 ? chunksInput(random, sample, other, limits) : textInput(random, limits);
}

function deltaInput(random: Random, sample: Sample, other: Sample, limits: Required<StreamLimits>): Input {
  const bytes = resealed(random, damaged(random, sample.deltaBytes, other.deltaBytes), Infinity);
  const schema = random.next() < 0.9 ? sample.schema : other.schema;
  const decode = (): Decoded => {
    const outcome = decodeStreamMessage(bytes, limits);
    if (outcome.status === 'refused') return outcome;
    const { message } = outcome;
    if (message.kind !== 'delta') return outcome;
    const decoded = decodeDelta(message, schema, limits);
    if (decoded.status === 'delta') unmetered(() => expectSameDelta(message, schema, decoded));
    return decoded;
  };
  return { shown: `delta ${hex(bytes)}`, size: bytes.length, extraBytes: LANDING_BYTES, decode };
}

/** A message has one form: what was taken is what encoding gives, but for which NaN is which. */
function expectSameDelta(
  message: DeltaMessage,
  schema: StreamSchema,
  { delta }: Extract<ReturnType<typeof decodeDelta>, { status: 'delta' }>,
): void {
  const again = encodeDelta(message, schema, delta);
  if (again.length !== message.bytes.length) throw new Error(`encoded again it has ${again.length} bytes`);
  const columns = [...delta.changed.columnList, ...delta.patches.map(({ values }) => values)];
  if (!columns.some(holdsNaN) && hex(again) !== hex(message.bytes))
    throw new Error(`encoded again it is ${hex(again)}`);
  const outcome = decodeDelta({ ...message, bytes: again }, schema);
  if (outcome.status === 'refused') throw new Error(`encoded again it is refused: ${outcome.reason}`);
  if (firstDifference(outcome.delta.changed, delta.changed) !== undefined) throw new Error('encoded again it differs');
}

function holdsNaN({ values }: Column): boolean {
  return values instanceof Float64Array && values.some(Number.isNaN);
}

function contentInput(random: Random, sample: Sample, other: Sample, limits: Required<StreamLimits>): Input {
  const content = damaged(random, sample.snapshot.content, other.snapshot.content);
  const rows = random.next() < 0.8 ? sample.snapshot.rows : awkward(random);
  const snapshot = { ...sample.snapshot, rows, content, compressed: random.next() < 0.02 };
  const schema = random.next() < 0.9 ? sample.schema : other.schema;
  const decode = (): Decoded => {
    const decoded = decodeSnapshot(snapshot, schema, limits);
    if (decoded.status === 'snapshot') {
      unmetered(() => {
        const again = encodeSnapshot({ ...snapshot, seq: snapshot.to }, schema, decoded);
        if (again.total !== content.length) throw new Error(`encoded again it has ${again.total} bytes`);
      });
    }
    return decoded;
  };
  return { shown: `${rows} rows of ${hex(content)}`, size: content.length, extraBytes: LANDING_BYTES, decode };
}

function chunksInput(random: Random, sample: Sample, other: Sample, limits: Required<StreamLimits>): Input {
  const whole = [...piecesOf(random, sample), ...piecesOf(random, random.next() < 0.5 ? sample : other)];
  const ordered = random.next() < 0.8 ? whole : shuffled(random, whole);
  const chunks = ordered.map((bytes) =>
    random.next() < 0.9 ? bytes : resealed(random, damaged(random, bytes, sample.chunks[0]), CONTENT_AT),
  );
  const decode = (): Decoded => {
    const collector = new SnapshotCollector(limits);
    let last: Decoded = { status: 'none' };
    for (const bytes of chunks) {
      const outcome = decodeStreamMessage(bytes, limits);
      if (outcome.status === 'refused' || outcome.message.kind !== 'snapshot') return outcome;
      last = collector.add(outcome.message);
      if (last.status === 'complete' || last.status === 'refused') return last;
    }
    return last;
  };
  const size = chunks.reduce((sum, { length }) => sum + length, 0);
  return { shown: chunks.map(hex).join(' '), size, extraBytes: chunks.length * COLLECTOR_BYTES, decode };
}

/** The first chunk of a snapshot as up to four, each with its offset. */
function piecesOf(random: Random, { chunks: [chunk] }: Sample): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const length = 1 + Math.ceil((chunk.length - CONTENT_AT) / (1 + random.below(4)));
  for (let at = CONTENT_AT; at < chunk.length || pieces.length === 0; at += length) {
    const piece = joined(chunk.subarray(0, CONTENT_AT), chunk.subarray(at, at + length));
    pieces.push(sealed(withInteger(piece, OFFSET_AT, at - CONTENT_AT), CONTENT_AT));
  }
  return pieces;
}

function textInput(random: Random, limits: Required<StreamLimits>): Input {
  const choice = random.below(3);
  const text = damagedText(
    random,
    choice === 0
      ? encodeProducerControl(randomProducerControl(random))
      : choice === 1
        ? encodeConsumerControl(randomConsumerControl(random))
        : JSON.stringify(encodeSubscription(randomSubscription(random))),
  );
  const decode = (): Decoded => {
    if (choice === 0) return decodeProducerControl(text, limits);
    return choice === 1 ? decodeConsumerControl(text, limits) : decodeSubscription(parsed(text), limits);
  };
  return { shown: text, size: text.length, extraBytes: LANDING_BYTES, decode };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A copy with one to four faults. */
function damaged(random: Random, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  let result: Uint8Array = bytes.slice();
  for (let faults = 1 + random.below(4); faults > 0; faults--) result = withFault(random, result, other);
  return result;
}

function withFault(random: Random, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  switch (random.below(8)) {
    case 0:
      if (at < bytes.length) bytes[at] ^= 1 << random.below(8);
      return bytes;
    case 1:
      return bytes.slice(0, at);
    case 2:
      return joined(
        bytes,
        Uint8Array.from({ length: 1 + random.below(12) }, () => random.below(256)),
      );
    case 3:
      return joined(bytes.subarray(0, at), other.subarray(random.below(other.length + 1)));
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + random.below(9))));
    case 5:
      return withInteger(bytes, random.below(Math.max(1, bytes.length - 3)), awkward(random));
    case 6:
      return withInteger(bytes, integerPlaces[random.below(integerPlaces.length)], awkward(random));
    default:
      return withNear(random, bytes);
  }
}

/** A count that is off by a little. */
function withNear(random: Random, bytes: Uint8Array): Uint8Array {
  const at = integerPlaces[random.below(integerPlaces.length)];
  if (at + 4 > bytes.length) return bytes;
  const value = viewOf(bytes).getUint32(at, true);
  return withInteger(bytes, at, value + random.below(5) - 2);
}

function withInteger(bytes: Uint8Array, at: number, value: number): Uint8Array {
  if (at + 4 <= bytes.length) viewOf(bytes).setUint32(at, value, true);
  return bytes;
}

function awkward(random: Random): number {
  return random.next() < 0.7 ? awkwardIntegers[random.below(awkwardIntegers.length)] : random.below(40);
}

/** Mostly with the checksum that fits: what is behind it is what a hostile peer reaches. */
function resealed(random: Random, bytes: Uint8Array, end: number): Uint8Array {
  return bytes.length < HEADER_BYTES || random.next() < 0.1 ? bytes : sealed(bytes, end);
}

function sealed(bytes: Uint8Array, end: number): Uint8Array {
  const covered = Math.min(bytes.length, end);
  const checksum = crc32c(bytes, HEADER_BYTES, covered, crc32c(bytes, 0, CHECKSUM_AT));
  return withInteger(bytes, CHECKSUM_AT, checksum);
}

function damagedText(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const json = awkwardJson[random.below(awkwardJson.length)];
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(at + random.below(6));
    case 2:
      return text.slice(0, at) + json + text.slice(at);
    case 3:
      // Another value in the place of a number or text.
      return replacedAt(text, random, /-?\d+|"[^"]*"/g, json);
    case 4:
      // A value in the place of a list or object.
      return replacedAt(text, random, /\[[^[\]{}]*\]|\{[^[\]{}]*\}/g, json);
    default:
      return text;
  }
}

function replacedAt(text: string, random: Random, pattern: RegExp, replacement: string): string {
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return text;
  const match = matches[random.below(matches.length)];
  return text.slice(0, match.index) + replacement + text.slice(match.index + match[0].length);
}

function narrowLimits(random: Random): Required<StreamLimits> {
  const entries = Object.keys(defaultStreamLimits).map((name) => [name, random.below(50)] as const);
  const narrow: StreamLimits = Object.fromEntries(entries.filter(() => random.next() < 0.2));
  return { ...defaultStreamLimits, ...narrow };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 4096)).toString('hex');
}

let taken = 0;
let isMetering = false;

/** Bytes of typed arrays that are made while `decode` runs. */
function metered<T>(decode: () => T): { readonly result: T; readonly bytes: number } {
  taken = 0;
  isMetering = true;
  try {
    return { result: decode(), bytes: taken };
  } finally {
    isMetering = false;
  }
}

function unmetered(check: () => void): void {
  isMetering = false;
  check();
  isMetering = true;
}

const typedArrays = ['Float64Array', 'BigInt64Array', 'Uint8Array', 'Uint32Array'] as const;

/** Counts what `new` takes by a length; views take nothing. */
function countConstructed(name: (typeof typedArrays)[number]): () => void {
  const original = globalThis[name];
  const counting = new Proxy(original, {
    construct(target, args, newTarget): object {
      const [length]: unknown[] = args;
      if (isMetering && typeof length === 'number') taken += length * original.BYTES_PER_ELEMENT;
      const made: object = Reflect.construct(target, args, newTarget);
      return made;
    },
  });
  Object.assign(globalThis, { [name]: counting });
  return () => {
    Object.assign(globalThis, { [name]: original });
  };
}
