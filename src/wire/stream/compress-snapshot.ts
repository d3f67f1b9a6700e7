import { messageOf } from '../../util/errors.ts';
import { cut } from '../describe-value.ts';
import { type EncodedSnapshot, copyContent, snapshotOfParts } from './encoded-snapshot.ts';
import { type StreamLimits, defaultStreamLimits } from './stream-limits.ts';
import type { Snapshot } from './snapshot-message.ts';
import { type StreamRefused, refuse, tooLarge } from './stream-refusal.ts';

const MOST_OF_REASON = 120;

/** Is compressed at a time. */
const PIECE_BYTES = 64 * 1024;

/** A snapshot with its content compressed (raw deflate, RFC 1951): once for all who are to get it so. */
export async function deflateSnapshot(snapshot: EncodedSnapshot): Promise<EncodedSnapshot> {
  if (snapshot.compressed) return snapshot;
  const parts = await read(through(piecesOf(snapshot), new CompressionStream('deflate-raw')), Infinity);
  return snapshotOfParts({ ...snapshot, compressed: true }, [joined(parts)]);
}

/** The content in pieces of one length, whatever its parts are: many short ones would take long. */
function* piecesOf(snapshot: EncodedSnapshot): Iterable<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < snapshot.total; at += PIECE_BYTES) {
    const end = Math.min(snapshot.total, at + PIECE_BYTES);
    const piece = new Uint8Array(end - at);
    copyContent(snapshot, [at, end], piece, 0);
    yield piece;
  }
}

/**
 * A snapshot as it was before it was compressed. No more is decompressed than `mostSnapshotBytes` and a little, whatever the content
 * would give. Never throws.
 */
export async function inflateSnapshot(
  snapshot: Snapshot,
  limits: Required<StreamLimits> = defaultStreamLimits,
): Promise<{ readonly status: 'inflated'; readonly snapshot: Snapshot } | StreamRefused> {
  if (!snapshot.compressed) return { status: 'inflated', snapshot };
  const what = `snapshot of stream ${snapshot.stream}`;
  const { mostSnapshotBytes } = limits;
  try {
    const parts = await read(
      through([new Uint8Array(snapshot.content)], new DecompressionStream('deflate-raw')),
      mostSnapshotBytes,
    );
    const length = lengthOf(parts);
    if (length > mostSnapshotBytes) {
      return tooLarge(
        `bytes of the ${what} or more, no longer compressed`,
        length,
        'mostSnapshotBytes',
        mostSnapshotBytes,
      );
    }
    const content = joined(parts);
    return { status: 'inflated', snapshot: { ...snapshot, compressed: false, total: content.length, content } };
  } catch (error) {
    return refuse('STREAM_BAD_SNAPSHOT', `${what}: cannot be decompressed (${cut(messageOf(error), MOST_OF_REASON)})`);
  }
}

/** What comes out at the other end. The next piece is made when the one before was taken. */
function through(
  pieces: Iterable<Uint8Array<ArrayBuffer>>,
  { readable, writable }: CompressionStream | DecompressionStream,
): ReadableStreamDefaultReader<Uint8Array> {
  const write = async () => {
    const writer = writable.getWriter();
    for (const piece of pieces) await writer.write(piece);
    await writer.close();
  };
  // What goes wrong here shows where the other end is read, too.
  write().catch(() => undefined);
  return readable.getReader();
}

/** All that comes, or what has come when it is more than `most`. */
async function read(reader: ReadableStreamDefaultReader<Uint8Array>, most: number): Promise<readonly Uint8Array[]> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return parts;
    parts.push(value);
    length += value.length;
    if (length <= most) continue;
    await reader.cancel();
    return parts;
  }
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
