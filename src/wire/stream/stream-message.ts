import type { WindowHash } from '../../frame/window-hash.ts';
import {
  DELTA_COLUMNS_AT,
  FLAG_COMPRESSED,
  HASH_AT,
  KIND_DELTA,
  KIND_SNAPSHOT,
  MAGIC,
  ROWS_AT,
  SNAPSHOT_CONTENT_AT,
  STREAM_VERSION,
  type StreamHeader,
  isLastAnalyzed,
  isSealed,
  readHeader,
  viewOf,
} from './stream-header.ts';
import { MOST_CHUNK_BYTES, type StreamLimits, defaultStreamLimits } from './stream-limits.ts';
import { type StreamRefused, refuse, tooLarge } from './stream-refusal.ts';

/** A delta as it arrived: whole, and not read yet, which takes its stream's schema. */
export interface DeltaMessage extends StreamHeader {
  readonly kind: 'delta';
  readonly bytes: Uint8Array;
}

/** What every chunk of a snapshot says about the whole of it. */
export interface SnapshotFacts extends StreamHeader {
  readonly rows: number;
  /** Of the window that the content holds. */
  readonly hash: WindowHash;
  readonly compressed: boolean;
  /** Bytes of the content as it is sent. */
  readonly total: number;
}

/** A part of a snapshot's content, a view of the message that brought it. */
export interface SnapshotChunk extends SnapshotFacts {
  readonly kind: 'snapshot';
  /** Where in the content it belongs. */
  readonly offset: number;
  readonly content: Uint8Array;
}

export type StreamMessage = DeltaMessage | SnapshotChunk;

/** Behind what both kinds of message have. */
export const TOTAL_AT = HASH_AT + 8;
export const OFFSET_AT = TOTAL_AT + 4;

export type StreamMessageOutcome = { readonly status: 'message'; readonly message: StreamMessage } | StreamRefused;

/**
 * A binary message from a producer: its header checked, and whether its bytes are those that were sent (of a snapshot's content only
 * the window hash proves that). The message shares the bytes: who keeps it longer than they stay what they are keeps a copy. Never throws.
 */
export function decodeStreamMessage(
  bytes: Uint8Array,
  limits: Required<StreamLimits> = defaultStreamLimits,
): StreamMessageOutcome {
  const { length } = bytes;
  if (length < DELTA_COLUMNS_AT) return tooShort(DELTA_COLUMNS_AT, length);
  if (length > limits.mostMessageBytes) {
    return tooLarge('bytes of the message', length, 'mostMessageBytes', limits.mostMessageBytes);
  }
  if (bytes[0] !== (MAGIC | STREAM_VERSION)) return badFirstByte(bytes[0]);
  const view = viewOf(bytes);
  const { kind, flags, patches, stream, epoch, from, to, schemaVersion, lastAnalyzed } = readHeader(view);
  if (kind !== KIND_DELTA && kind !== KIND_SNAPSHOT) {
    return refuse('STREAM_BAD_HEADER', `expected kind ${KIND_DELTA} or ${KIND_SNAPSHOT} in byte 1, found ${kind}`);
  }
  const isDelta = kind === KIND_DELTA;
  if (!isDelta && length < SNAPSHOT_CONTENT_AT) return tooShort(SNAPSHOT_CONTENT_AT, length);
  if (!isSealed(bytes, view, isDelta ? length : SNAPSHOT_CONTENT_AT)) {
    const reason = `a message of ${length} bytes that names stream ${stream} was damaged on its way`;
    return refuse('STREAM_BAD_CHECKSUM', reason);
  }
  if (isDelta ? flags !== 0 : (flags & ~FLAG_COMPRESSED) !== 0) {
    return refuse('STREAM_BAD_HEADER', `stream ${stream}: flags ${flags} in byte 1 mean nothing for kind ${kind}`);
  }
  if (from < 1 || !(isDelta || (from === to && patches === 0))) {
    const expected = isDelta ? '1 <= from <= to' : '1 <= from = to, and no patches';
    const found = `from ${from} to ${to}, ${patches} patches`;
    return refuse('STREAM_BAD_HEADER', `stream ${stream}: expected ${expected}; found ${found}`);
  }
  if (!isLastAnalyzed(lastAnalyzed)) {
    const expected = 'when its analysis ended, in milliseconds since 1970';
    return refuse('STREAM_BAD_HEADER', `stream ${stream}: expected ${expected}; found ${lastAnalyzed}`);
  }
  // In full: a spread takes longer than all the checks before it.
  if (isDelta) {
    const message = { kind: 'delta', stream, epoch, from, to, schemaVersion, lastAnalyzed, bytes } as const;
    return { status: 'message', message };
  }
  const header = { stream, epoch, from, to, schemaVersion, lastAnalyzed };
  return decodeChunk(bytes, view, header, flags === FLAG_COMPRESSED, limits);
}

function tooShort(least: number, found: number): StreamRefused {
  return refuse('STREAM_BAD_HEADER', `expected at least ${least} bytes, found ${found}`);
}

function badFirstByte(found: number): StreamRefused {
  if ((found & 0xf0) !== MAGIC) {
    return refuse('STREAM_BAD_HEADER', `expected the first byte to be ${MAGIC | STREAM_VERSION}, found ${found}`);
  }
  const version = found & 0xf;
  return refuse('STREAM_UNKNOWN_VERSION', `expected version ${STREAM_VERSION} in the first byte, found ${version}`);
}

function decodeChunk(
  bytes: Uint8Array,
  view: DataView,
  header: StreamHeader,
  compressed: boolean,
  limits: Required<StreamLimits>,
): StreamMessageOutcome {
  const rows = view.getUint32(ROWS_AT, true);
  const total = view.getUint32(TOTAL_AT, true);
  const offset = view.getUint32(OFFSET_AT, true);
  const content = bytes.subarray(SNAPSHOT_CONTENT_AT);
  const what = `snapshot of stream ${header.stream}`;
  if (rows > limits.mostRows) return tooLarge(`rows of the ${what}`, rows, 'mostRows', limits.mostRows);
  if (total > limits.mostSnapshotBytes) {
    return tooLarge(`bytes of the ${what}`, total, 'mostSnapshotBytes', limits.mostSnapshotBytes);
  }
  if (content.length > MOST_CHUNK_BYTES) {
    return refuse(
      'STREAM_TOO_LARGE',
      `${what}: a message holds at most ${MOST_CHUNK_BYTES} bytes of content, found ${content.length}`,
    );
  }
  if (offset + content.length > total || (content.length === 0 && total > 0)) {
    const found = `${content.length} bytes at ${offset} of ${total}`;
    return refuse('STREAM_BAD_PAYLOAD', `${what}: expected a part of the content, found ${found}`);
  }
  const hash = { lo: view.getUint32(HASH_AT, true), hi: view.getUint32(HASH_AT + 4, true) };
  return {
    status: 'message',
    message: { kind: 'snapshot', ...header, rows, hash, compressed, total, offset, content },
  };
}
