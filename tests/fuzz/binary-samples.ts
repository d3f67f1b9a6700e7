import { deflateRawSync } from 'node:zlib';
import { frameDelta, hashedFrame } from '../../src/frame/frame-delta.ts';
import { type AnyFrame, timestamps } from '../../src/frame/index.ts';
import type { Random } from '../../src/util/random.ts';
import {
  type EncodedSnapshot,
  MOST_CHUNK_BYTES,
  encodeDelta,
  encodeSnapshot,
  encodeSnapshotChunk,
  joinSnapshot,
  snapshotOfParts,
} from '../../src/wire/stream/index.ts';
import { moreRows, randomHeader } from '../property/wire-stream-samples.ts';
import type { BinaryInput } from './binary-input.ts';
import { type Scene, limitChoices, limitsOf, sceneOf, scenes } from './binary-scenes.ts';

/** Of inputs that are not mutated: one with a chunk that is larger than any may be. */
const LARGE_SHARE = 0.01;
const FIVE_MINUTES_MS = 300_000;

/** What a producer would send to a consumer in one of the scenes. */
export function randomBinaryInput(random: Random): BinaryInput {
  const scene = random.below(scenes.length);
  const messages: Uint8Array[] = [];
  let window = sceneOf(scene).held.frame;
  if (random.next() < LARGE_SHARE) messages.push(largeChunk(random, scenes[scene]));
  for (let count = 1 + random.below(3); count > 0; count--) {
    const next = nextMessages(random, sceneOf(scene), window);
    messages.push(...next.messages);
    window = next.window;
  }
  return { scene, limits: randomLimits(random), messages };
}

/** Mostly the wide ones. */
export function randomLimits(random: Random): number {
  return random.next() < 0.8 ? 0 : random.below(limitChoices.length);
}

function largeChunk(random: Random, { schema, held }: Scene): Uint8Array {
  const header = randomHeader(random);
  const content = new Uint8Array(MOST_CHUNK_BYTES + 1);
  const snapshot = snapshotOfParts(encodeSnapshot({ ...header, seq: header.to }, schema, held), [content]);
  const chunk = encodeSnapshotChunk(snapshot, 0);
  const larger = new Uint8Array(chunk.length + 1);
  larger.set(chunk);
  return larger;
}

/** What takes a consumer from a window to a next one. */
export function nextMessages(
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
  const size = Math.min(MOST_CHUNK_BYTES, 1 + Math.ceil(snapshot.total / (1 + random.below(3))));
  const messages: Uint8Array[] = [];
  for (let at = 0; at < snapshot.total || messages.length === 0; at += size) {
    messages.push(encodeSnapshotChunk(snapshot, at, size));
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

function deflated(snapshot: EncodedSnapshot): EncodedSnapshot {
  const content = deflateRawSync(joinSnapshot(snapshot).content);
  return snapshotOfParts({ ...snapshot, compressed: true }, [content]);
}

/** Some KB that decompress to more than the limit. */
const bomb = new Uint8Array(deflateRawSync(new Uint8Array(1.5 * limitsOf(0).mostSnapshotBytes)));

function bombOf(snapshot: EncodedSnapshot): EncodedSnapshot {
  return snapshotOfParts({ ...snapshot, compressed: true }, [bomb]);
}
