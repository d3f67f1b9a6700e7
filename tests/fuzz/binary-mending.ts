import { inflateRawSync } from 'node:zlib';
import { applyDelta } from '../../src/frame/apply-delta.ts';
import type { HashedFrame } from '../../src/frame/frame-delta.ts';
import { type WindowHash, hashRows } from '../../src/frame/window-hash.ts';
import { crc32c } from '../../src/wire/stream/crc32c.ts';
import {
  type DeltaMessage,
  SnapshotCollector,
  decodeDelta,
  decodeSnapshot,
  decodeStreamMessage,
} from '../../src/wire/stream/index.ts';
import type { BinaryInput } from './binary-input.ts';
import { limitsOf, type Scene, sceneOf } from './binary-scenes.ts';

/** Where binary messages have what. */
export const places = { kind: 1, to: 12, span: 16, patches: 18, lastAnalyzed: 20, checksum: 28, hash: 36, offset: 48 };

const HEADER_BYTES = 32;
/** Where a snapshot's content begins. */
export const CONTENT_AT = 52;

/** The message with the checksum that fits; too short a one as it is. Changes it. */
export function sealed(bytes: Uint8Array): Uint8Array {
  if (bytes.length < HEADER_BYTES) return bytes;
  const end = isSnapshot(bytes) ? Math.min(bytes.length, CONTENT_AT) : bytes.length;
  const checksum = crc32c(bytes, HEADER_BYTES, end, crc32c(bytes, 0, places.checksum));
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(places.checksum, checksum, true);
  return bytes;
}

export function isSnapshot(bytes: Uint8Array): boolean {
  return (bytes[places.kind] & 0xf) === 2;
}

/** The messages with the hashes of the windows that they give, as far as they give one: what a hostile peer would send. Changes them. */
export function mended({ scene, messages }: BinaryInput): void {
  const { schema, held } = sceneOf(scene);
  const limits = limitsOf(0);
  let window: HashedFrame = held;
  let collector = new SnapshotCollector(limits);
  let chunks: Uint8Array[] = [];
  for (const bytes of messages) {
    const outcome = decodeStreamMessage(bytes, limits);
    if (outcome.status === 'refused') continue;
    const { message } = outcome;
    if (message.kind === 'delta') {
      window = mendDelta(message, schema, window);
      continue;
    }
    if (message.offset === 0) [chunks, collector] = [[], new SnapshotCollector(limits)];
    chunks.push(bytes);
    const collected = collector.add(message);
    if (collected.status !== 'complete') continue;
    const { snapshot } = collected;
    const content = snapshot.compressed ? inflated(snapshot.content, limits.mostSnapshotBytes) : snapshot.content;
    if (content === undefined) continue;
    const decoded = decodeSnapshot({ ...snapshot, compressed: false, content }, schema, limits);
    if (decoded.status === 'refused') continue;
    window = { frame: decoded.frame, hash: hashRows(decoded.frame) };
    for (const chunk of chunks) writeHash(chunk, window.hash);
  }
}

function mendDelta(message: DeltaMessage, schema: Scene['schema'], held: HashedFrame): HashedFrame {
  const decoded = decodeDelta(message, schema);
  if (decoded.status === 'refused') return held;
  const applied = applyDelta(held, decoded.delta);
  if (applied.status === 'applied') return applied.frame;
  if (applied.status === 'refused') return held;
  writeHash(message.bytes, applied.found);
  const again = applyDelta(held, { ...decoded.delta, hash: applied.found });
  return again.status === 'applied' ? again.frame : held;
}

function writeHash(bytes: Uint8Array, { lo, hi }: WindowHash): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(places.hash, lo, true);
  view.setUint32(places.hash + 4, hi, true);
  sealed(bytes);
}

function inflated(content: Uint8Array, maxOutputLength: number): Uint8Array | undefined {
  try {
    return new Uint8Array(inflateRawSync(content, { maxOutputLength }));
  } catch {
    return undefined;
  }
}
