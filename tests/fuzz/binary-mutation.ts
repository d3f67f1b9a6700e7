import type { Random } from '../../src/util/random.ts';
import { shuffled } from '../property/wire-stream-samples.ts';
import type { BinaryInput } from './binary-input.ts';
import { CONTENT_AT, isSnapshot, mended, places, sealed } from './binary-mending.ts';
import { nextMessages, randomLimits } from './binary-samples.ts';
import { sceneOf, scenes } from './binary-scenes.ts';

/** Of mutated inputs: decompressing takes as long as all else that a dozen inputs do. */
const UNCOMPRESSED_SHARE = 0.85;

const integerPlaces = [0, 1, 2, 4, 8, 12, 16, 18, 20, 24, 32, 36, 40, 44, 48];
const awkwardIntegers = [0, 1, 2, 3, 8, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const awkwardDoubles = [0, -0, -1, 0.5, NaN, Infinity, 2 ** 53, Number.MAX_VALUE, 5e-324];
/** At the edges of UTF-8, and past them: shortest and longer forms, surrogates alone and in pairs, the last character and the next. */
const awkwardBytes = ['c280', 'c1bf', 'e0a080', 'e09fbf', 'eda080', 'edb080', 'eda0bdedb880', 'f0908080', 'f08fbfbf']
  .concat('f48fbfbf', 'f4908080', 'efbfbf', '80', 'ff', 'f5808080')
  .map((hex) => new Uint8Array(Buffer.from(hex, 'hex')));

const pick = <T>(random: Random, values: readonly T[]): T => values[random.below(values.length)];

/** An input with one to four faults, mostly with the checksums and often with the hashes that fit. Neither input is changed. */
export function mutatedBinaryInput(random: Random, from: BinaryInput, other: BinaryInput): BinaryInput {
  let input = from;
  for (let faults = 1 + random.below(4); faults > 0; faults--) {
    input = random.next() < 0.3 ? withOtherMessages(random, input, other) : withFault(random, input, other);
  }
  // Until now they were those of other inputs.
  const messages = input.messages.map((message) => message.slice());
  if (random.next() < UNCOMPRESSED_SHARE) for (const message of messages) uncompress(message);
  if (random.next() < 0.95) for (const message of messages) sealed(message);
  if (random.next() < 0.3) mended({ ...input, messages });
  return { ...input, messages };
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
