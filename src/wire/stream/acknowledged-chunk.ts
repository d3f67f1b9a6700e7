import { MOST_CHUNK_BYTES } from './stream-limits.ts';

/** As many bytes as four chunks of the longest have. */
const STEP_BYTES = 4 * MOST_CHUNK_BYTES;

/**
 * Whether a consumer acknowledges a chunk as it comes: the last one of a snapshot, each one that is shorter than it could be, since such
 * are sent where little may be on the way, and of the longest ones each that reaches or crosses a multiple of 256 KiB. It may acknowledge
 * others too; a producer must never wait for that.
 *
 * @param chunk where in the content it begins, how many bytes of it it has, and how many there are in all.
 */
export function isAcknowledgedChunk(chunk: {
  readonly offset: number;
  readonly bytes: number;
  readonly total: number;
}): boolean {
  const { offset, bytes, total } = chunk;
  const end = offset + bytes;
  // Counted from the beginning of the content, wherever chunks begin.
  const isFourth = Math.floor(end / STEP_BYTES) > Math.floor(offset / STEP_BYTES);
  return end === total || bytes < MOST_CHUNK_BYTES || isFourth;
}
