import type { SnapshotFacts } from './stream-message.ts';

/** Some of the content of a snapshot. */
export interface SnapshotPart {
  /** Where in the content it begins. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** A whole window as it is sent. Its content is that of its parts, one after the other, and stands in one piece nowhere. */
export interface EncodedSnapshot extends SnapshotFacts {
  /** None is empty. They may be views of the memory of a frame's columns, which never changes. */
  readonly parts: readonly SnapshotPart[];
  /** Memory that is held for this beside that of the frame, in bytes. */
  readonly ownBytes: number;
}

/** What the array and the objects of one part take. */
const BYTES_OF_A_PART = 160;

/**
 * A snapshot whose content is that of these parts, one after the other. They must not change from then on.
 *
 * @param sharedBytes how many of their bytes are held by others anyway. Default: none.
 */
export function snapshotOfParts(
  facts: Omit<SnapshotFacts, 'total'>,
  pieces: readonly Uint8Array[],
  sharedBytes = 0,
): EncodedSnapshot {
  const parts: SnapshotPart[] = [];
  let total = 0;
  for (const bytes of pieces) {
    if (bytes.length > 0) parts.push({ at: total, bytes });
    total += bytes.length;
  }
  const { stream, epoch, from, to, schemaVersion, lastAnalyzed, rows, hash, compressed } = facts;
  const header = { stream, epoch, from, to, schemaVersion, lastAnalyzed };
  const ownBytes = total - sharedBytes + BYTES_OF_A_PART * parts.length;
  return { ...header, rows, hash, compressed, total, parts, ownBytes };
}

/** Copies the content from `start` to `end` (exclusive), both within it, into `target` from index `to` on. */
export function copyContent(
  { parts }: EncodedSnapshot,
  [start, end]: readonly [number, number],
  target: Uint8Array,
  to: number,
): void {
  for (let at = start, place = placeOf(parts, start); at < end; place++) {
    const { at: begin, bytes } = parts[place];
    const [first, last] = [at - begin, Math.min(bytes.length, end - begin)];
    target.set(first === 0 && last === bytes.length ? bytes : bytes.subarray(first, last), to + at - start);
    at = begin + last;
  }
}

/** The place of the part in which this byte of the content lies: the last one that begins no later. */
function placeOf(parts: readonly SnapshotPart[], byte: number): number {
  let [low, high] = [0, parts.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (parts[middle].at <= byte) low = middle;
    else high = middle;
  }
  return low;
}
