import type { WindowHash } from '../../frame/window-hash.ts';
import {
  FLAG_COMPRESSED,
  HEADER_BYTES,
  HEAD_BYTES,
  KIND_DELTA,
  KIND_SNAPSHOT,
  MAGIC,
  STREAM_VERSION,
  type StreamHeader,
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

export type StreamMessageOutcome = { readonly status: 'message'; readonly message: StreamMessage } | StreamRefused;

/**
 * A binary message from a producer: its header checked, and whether its bytes are those that were sent (of a snapshot's content only
 * the window hash proves that). The bytes belong to the message from now on. Never throws.
 */
export function decodeStreamMessage(
  bytes: Uint8Array,
  limits: Required<StreamLimits> = defaultStreamLimits,
): StreamMessageOutcome {
  const { length } = bytes;
  if (length < HEADER_BYTES + HEAD_BYTES) {
    return refuse('STREAM_BAD_HEADER', `expected at least ${HEADER_BYTES + HEAD_BYTES} bytes, found ${length}`);
  }
  if (length > limits.mostMessageBytes) {
    return tooLarge('bytes of the message', length, 'mostMessageBytes', limits.mostMessageBytes);
  }
  if (bytes[0] !== MAGIC) {
    return refuse('STREAM_BAD_HEADER', `expected the first byte to be ${MAGIC}, found ${bytes[0]}`);
  }
  if (bytes[1] !== STREAM_VERSION) {
    return refuse('STREAM_UNKNOWN_VERSION', `expected version ${STREAM_VERSION} in byte 1, found ${bytes[1]}`);
  }
  const view = viewOf(bytes);
  const { kind, flags, stream, epoch, from, to, schemaVersion } = readHeader(view);
  if (kind !== KIND_DELTA && kind !== KIND_SNAPSHOT) {
    return refuse('STREAM_BAD_HEADER', `expected kind ${KIND_DELTA} or ${KIND_SNAPSHOT} in byte 2, found ${kind}`);
  }
  const isDelta = kind === KIND_DELTA;
  if (!isSealed(bytes, view, isDelta ? length : HEADER_BYTES + HEAD_BYTES)) {
    return refuse(
      'STREAM_BAD_CHECKSUM',
      `a message of ${length} bytes that names stream ${stream} was damaged on its way`,
    );
  }
  if (isDelta ? flags !== 0 : (flags & ~FLAG_COMPRESSED) !== 0) {
    return refuse('STREAM_BAD_HEADER', `stream ${stream}: flags ${flags} in byte 3 mean nothing for kind ${kind}`);
  }
  if (from < 1 || (isDelta ? from > to : from !== to)) {
    const expected = isDelta ? '1 <= from <= to' : '1 <= from = to';
    return refuse('STREAM_BAD_HEADER', `stream ${stream}: expected ${expected}, found from ${from} to ${to}`);
  }
  if (isDelta) return { status: 'message', message: { kind: 'delta', stream, epoch, from, to, schemaVersion, bytes } };
  return decodeChunk(bytes, view, { stream, epoch, from, to, schemaVersion }, limits);
}

/** Behind the header: u32 bytes of the whole content, u32 offset of this part, u32 rows, u32 and u32 the window's hash; the part. */
function decodeChunk(
  bytes: Uint8Array,
  view: DataView,
  header: StreamHeader,
  limits: Required<StreamLimits>,
): StreamMessageOutcome {
  const total = view.getUint32(28, true);
  const offset = view.getUint32(32, true);
  const rows = view.getUint32(36, true);
  const content = bytes.subarray(HEADER_BYTES + HEAD_BYTES);
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
  const hash = { lo: view.getUint32(40, true), hi: view.getUint32(44, true) };
  const compressed = (bytes[3] & FLAG_COMPRESSED) !== 0;
  return {
    status: 'message',
    message: { kind: 'snapshot', ...header, rows, hash, compressed, total, offset, content },
  };
}
