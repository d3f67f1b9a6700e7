import { deflateRawSync } from 'node:zlib';
import { frameDelta, hashedFrame } from '../../src/frame/frame-delta.ts';
import { type AnyFrame, timestamps } from '../../src/frame/index.ts';
import type { Random } from '../../src/util/random.ts';
import { type Snapshot, encodeDelta, encodeSnapshot, encodeSnapshotChunk } from '../../src/wire/stream/index.ts';
import { moreRows, randomHeader, shuffled } from '../property/wire-stream-samples.ts';
import { type BinaryInput, readBinaryInput, writeBinaryInput } from './binary-input.ts';
import { CONTENT_AT, isSnapshot, mended, places, sealed } from './binary-mending.ts';
import { type Scene, limitChoices, limitsOf, sceneOf, scenes } from './binary-scenes.ts';
import { BinarySession } from './binary-session.ts';
import type { FuzzTarget, Meter } from './fuzz-target.ts';

/** Larger inputs take long and show no more. */
const MOST_INPUT_BYTES = 32 * 1024;
/** For each message: rows to land in, and what a collector begins with. */
const BYTES_A_MESSAGE = 80 * 1024;
/** Of mutated inputs: decompressing takes as long as all else that a dozen inputs do. */
const UNCOMPRESSED_SHARE = 0.85;
const FIVE_MINUTES_MS = 300_000;

const integerPlaces = [0, 1, 2, 4, 8, 12, 16, 18, 20, 24, 32, 36, 40, 44, 48];
const awkwardIntegers = [0, 1, 2, 3, 8, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const awkwardDoubles = [0, -0, -1, 0.5, NaN, Infinity, 2 ** 53, Number.MAX_VALUE, 5e-324];

/** At the edges of UTF-8, and past them: shortest and longer forms, surrogates alone and in pairs, the last character and the next. */
const awkwardBytes = ['c280', 'c1bf', 'e0a080', 'e09fbf', 'eda080', 'edb080', 'eda0bdedb880', 'f0908080', 'f08fbfbf']
  .concat('f48fbfbf', 'f4908080', 'efbfbf', '80', 'ff', 'f5808080')
  .map((hex) => new Uint8Array(Buffer.from(hex, 'hex')));

const pick = <T>(random: Random, values: readonly T[]): T => values[random.below(values.length)];

/** The messages of one stream: `decodeStreamMessage`, `decodeDelta`, `applyDelta`, `SnapshotCollector`, `inflateSnapshot`, `decodeSnapshot`. */
export const target: FuzzTarget = { fresh, mutated, smaller, run, mostBytes };

function run(bytes: Uint8Array, meter: Meter): readonly string[] | Promise<readonly string[]> {
  const { scene, limits, messages } = readBinaryInput(bytes);
  const session = new BinarySession(sceneOf(scene), limitsOf(limits), meter);
  const came: string[] = [];
  for (const [i, message] of messages.entries()) {
    const outcome = session.receive(message);
    if (typeof outcome === 'string') came.push(outcome);
    else return runOn(session, messages.slice(i + 1), came, outcome);
  }
  return came;
}

/** Only decompressing takes a promise, and all others take much less time without. */
async function runOn(
  session: BinarySession,
  messages: readonly Uint8Array[],
  came: string[],
  first: Promise<string>,
): Promise<readonly string[]> {
  came.push(await first);
  for (const message of messages) came.push(await session.receive(message));
  return came;
}

/** Twice what came, and for each message the window held and the rows that may follow it. */
function mostBytes(bytes: Uint8Array): number {
  const { scene, messages } = readBinaryInput(bytes);
  const { schema, held } = sceneOf(scene);
  const windowBytes = 2 * (held.frame.length + bytes.length / schema.leastRowBytes) * schema.leastRowBytes;
  return 2 * bytes.length + messages.length * (BYTES_A_MESSAGE + windowBytes);
}

function fresh(random: Random): Uint8Array {
  const scene = random.below(scenes.length);
  const messages: Uint8Array[] = [];
  let window = sceneOf(scene).held.frame;
  for (let count = 1 + random.below(3); count > 0; count--) {
    const next = nextMessages(random, sceneOf(scene), window);
    messages.push(...next.messages);
    window = next.window;
  }
  return writeBinaryInput({ scene, limits: randomLimits(random), messages });
}

function randomLimits(random: Random): number {
  return random.next() < 0.8 ? 0 : random.below(limitChoices.length);
}

/** What takes a consumer from a window to a next one. */
function nextMessages(
  random: Random,
  { schema }: Scene,
  window: AnyFrame,
): { readonly messages: readonly Uint8Array[]; readonly window: AnyFrame } {
  const header = randomHeader(random);
  const after = nextWindow(random, window);
  const made = random.next() < 0.7 ? frameDelta(hashedFrame(window), after) : undefined;
  if (made !== undefined) return { messages: [encodeDelta(header, schema, made.delta)], window: after };
  const whole = encodeSnapshot({ ...header, seq: header.to }, schema, hashedFrame(after));
  const snapshot = random.next() < 0.1 ? (random.next() < 0.1 ? bombOf(whole) : deflated(whole)) : whole;
  const size = 1 + Math.ceil(snapshot.total / (1 + random.below(3)));
  const messages: Uint8Array[] = [];
  for (let at = 0; at < snapshot.total || messages.length === 0; at += size) {
    messages.push(encodeSnapshotChunk(snapshot, at, Math.min(size, 65_536)));
  }
  return { messages, window: after };
}

/** With some rows more at its end, some less at its beginning, and cells that changed. */
function nextWindow(random: Random, window: AnyFrame): AnyFrame {
  const more = moreRows(random, window, random.below(4));
  const last = window.length === 0 ? 0 : Number(window.last('date'));
  const start = random.next() < 0.3 ? 0 : 1;
  const dates = Array.from({ length: more.length }, (_, i) => last + (i + start) * FIVE_MINUTES_MS);
  const kept = window.slice(random.below(3), window.length - (start === 0 && more.length > 0 ? 1 : 0));
  const next = kept.append(more.with({ date: timestamps(dates) }));
  if (random.next() < 0.5 || next.length === 0) return next;
  const other = moreRows(random, next, next.length);
  const changed = next.names.filter((name) => name !== 'date' && random.next() < 0.3);
  return next.with(Object.fromEntries(changed.map((name) => [name, blended(random, next, other, name)])));
}

/** A column with a few cells of another one. */
function blended(random: Random, frame: AnyFrame, other: AnyFrame, name: string) {
  const rows = Uint32Array.from({ length: frame.length }, (_, row) => row).filter(() => random.next() < 0.2);
  let column = frame.column(name);
  for (const row of rows) column = column.replaced(Uint32Array.of(row), other.column(name).slice(row, row + 1));
  return column;
}

function deflated(snapshot: Snapshot): Snapshot {
  const content = new Uint8Array(deflateRawSync(snapshot.content));
  return { ...snapshot, compressed: true, total: content.length, content };
}

/** Some KB that decompress to more than the limit. */
const bomb = new Uint8Array(deflateRawSync(new Uint8Array(1.5 * limitsOf(0).mostSnapshotBytes)));

function bombOf(snapshot: Snapshot): Snapshot {
  return { ...snapshot, compressed: true, total: bomb.length, content: bomb };
}

function mutated(random: Random, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  let input = readBinaryInput(bytes);
  const second = readBinaryInput(other);
  for (let faults = 1 + random.below(4); faults > 0; faults--) {
    input = random.next() < 0.3 ? withOtherMessages(random, input, second) : withFault(random, input, second);
  }
  // Until now they were those of other inputs.
  const messages = input.messages.map((message) => message.slice());
  if (random.next() < UNCOMPRESSED_SHARE) for (const message of messages) uncompress(message);
  if (random.next() < 0.95) for (const message of messages) sealed(message);
  if (random.next() < 0.3) mended({ ...input, messages });
  const made = writeBinaryInput({ ...input, messages });
  return made.length <= MOST_INPUT_BYTES ? made : made.slice(0, MOST_INPUT_BYTES);
}

function withOtherMessages(random: Random, input: BinaryInput, other: BinaryInput): BinaryInput {
  const { messages } = input;
  const at = random.below(messages.length + 1);
  switch (random.below(7)) {
    case 0:
      return { ...input, scene: random.next() < 0.5 ? other.scene : random.below(scenes.length) };
    case 1:
      return { ...input, limits: randomLimits(random) };
    case 2:
      return { ...input, messages: messages.toSpliced(at, 1) };
    case 3:
      // Another time: a chunk that comes twice, a delta that was applied.
      return { ...input, messages: messages.toSpliced(at, 0, ...messages.slice(at, at + 1 + random.below(2))) };
    case 4:
      return { ...input, messages: [...messages.slice(0, at), ...other.messages.slice(random.below(3))] };
    case 5:
      return { ...input, messages: shuffled(random, messages) };
    default: {
      const { messages: next } = nextMessages(random, sceneOf(input.scene), sceneOf(input.scene).held.frame);
      return { ...input, messages: messages.toSpliced(at, 0, ...next) };
    }
  }
}

function withFault(random: Random, input: BinaryInput, other: BinaryInput): BinaryInput {
  const { messages } = input;
  if (messages.length === 0) return { ...input, messages: other.messages };
  const at = random.below(messages.length);
  const donor = other.messages.length === 0 ? messages[at] : pick(random, other.messages);
  return { ...input, messages: messages.with(at, damaged(random, messages[at].slice(), donor)) };
}

/** Changes the bytes. */
function damaged(random: Random, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  switch (random.below(11)) {
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
      return joined(bytes.subarray(0, at), other.subarray(Math.min(other.length, at)));
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + random.below(9))));
    case 5:
      return withInteger(bytes, random.below(Math.max(1, bytes.length - 3)), awkward(random));
    case 6:
      return withInteger(bytes, pick(random, integerPlaces), awkward(random));
    case 7:
      return withNear(random, bytes);
    case 8:
      // A value in the place of another, in columns too.
      return withDouble(
        bytes,
        48 + 4 * random.below(Math.max(1, (bytes.length - 48) >> 2)),
        pick(random, awkwardDoubles),
      );
    case 9: {
      const text = pick(random, awkwardBytes);
      if (at + text.length <= bytes.length) bytes.set(text, at);
      return bytes;
    }
    default:
      return withHeader(random, bytes);
  }
}

/** Says of a snapshot's chunk that its content is not compressed. */
function uncompress(bytes: Uint8Array): void {
  if (isSnapshot(bytes)) bytes[places.kind] = 2;
}

/** A count that is off by a little. */
function withNear(random: Random, bytes: Uint8Array): Uint8Array {
  const inHead = random.next() < 0.6;
  const at = inHead ? pick(random, integerPlaces) : random.below(Math.max(1, bytes.length - 3));
  if (at + 4 > bytes.length) return bytes;
  return withInteger(bytes, at, viewOf(bytes).getUint32(at, true) + random.below(5) - 2);
}

function withHeader(random: Random, bytes: Uint8Array): Uint8Array {
  if (bytes.length < CONTENT_AT) return bytes;
  switch (random.below(5)) {
    case 0:
      bytes[places.kind] = pick(random, [1, 2, 0x12, 0x11, 0x22, 3]);
      return bytes;
    case 1:
      return withDouble(bytes, places.lastAnalyzed, pick(random, awkwardDoubles));
    case 2:
      viewOf(bytes).setUint16(pick(random, [places.span, places.patches]), pick(random, [0, 1, 2, 0xffff]), true);
      return bytes;
    case 3:
      return withInteger(bytes, places.to, awkward(random));
    default:
      // Where a chunk belongs, by chance to the byte.
      if (isSnapshot(bytes)) withInteger(bytes, places.offset, random.below(bytes.length));
      return bytes;
  }
}

function withInteger(bytes: Uint8Array, at: number, value: number): Uint8Array {
  if (at + 4 <= bytes.length) viewOf(bytes).setUint32(at, value, true);
  return bytes;
}

function withDouble(bytes: Uint8Array, at: number, value: number): Uint8Array {
  if (at + 8 <= bytes.length) viewOf(bytes).setFloat64(at, value, true);
  return bytes;
}

function awkward(random: Random): number {
  return random.next() < 0.7 ? pick(random, awkwardIntegers) : random.below(40);
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

function* smaller(bytes: Uint8Array): Iterable<Uint8Array> {
  const input = readBinaryInput(bytes);
  const { messages } = input;
  for (const [at, message] of messages.entries()) {
    yield writeBinaryInput({ ...input, messages: messages.toSpliced(at, 1) });
    for (const share of [2, 4, 8]) {
      const half = message.slice(0, message.length - Math.ceil(message.length / share));
      yield writeBinaryInput({ ...input, messages: messages.with(at, sealed(half)) });
    }
  }
}
