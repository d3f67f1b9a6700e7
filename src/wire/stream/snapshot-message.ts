import { isDouble } from '../../frame/column.ts';
import { type AnyFrame, type Column, Frame } from '../../frame/index.ts';
import { ascends } from '../../frame/frame-delta.ts';
import type { WindowHash } from '../../frame/window-hash.ts';
import type { TimestampMs } from '../../market/index.ts';
import { WHOLE_FRAME_ROWS } from '../stock-facts.ts';
import { CellReader } from './cell-reader.ts';
import { bytesOfCells } from './cell-writer.ts';
import { notEncodable } from './check-json.ts';
import { type EncodedSnapshot, copyContent, snapshotOfParts } from './encoded-snapshot.ts';
import {
  FLAG_COMPRESSED,
  HASH_AT,
  KIND_SNAPSHOT,
  ROWS_AT,
  SNAPSHOT_CONTENT_AT,
  seal,
  viewOf,
  writeHeader,
} from './stream-header.ts';
import { MOST_CHUNK_BYTES, type StreamLimits, defaultStreamLimits } from './stream-limits.ts';
import { OFFSET_AT, type SnapshotFacts, TOTAL_AT } from './stream-message.ts';
import { type StreamRefused, refuse, tooLarge } from './stream-refusal.ts';
import { type StreamSchema, datesMustAscend, expectKinds, expectNames } from './stream-schema.ts';

/**
 * Room for so many rows more is made at once: from 1/64 to 1/32 of those that there are, so that moving costs the same a row whatever
 * the length. Were it the same for all streams, all of them would have to move at the same candle.
 */
function spareRowsOf(stream: number, rows: number): number {
  return Math.ceil((rows * (16 + ((37 * stream) % 17))) / 1024);
}

/** What a chunk has before its content. */
export const CHUNK_HEAD_BYTES = SNAPSHOT_CONTENT_AT;

/** A whole window as it came: its content, put together from chunks. */
export interface Snapshot extends SnapshotFacts {
  /** All columns in the order of the schema, each column's cells as in a delta. Compressed where that is said. */
  readonly content: Uint8Array;
}

/** A window as a peer says it is. That it is so shows only when `hash` equals the hash of `frame`. */
export interface DecodedSnapshot {
  readonly status: 'snapshot';
  readonly frame: AnyFrame;
  readonly hash: WindowHash;
}

/** Which state of which stream a window is; as in a header, where `seq` is `from` and `to`. */
export interface StreamState {
  readonly stream: number;
  readonly epoch: number;
  readonly seq: number;
  readonly schemaVersion: number;
  readonly lastAnalyzed: TimestampMs;
}

/**
 * A window as a snapshot, once for all who need it. `hash` is the window's. Numbers are not copied: the snapshot holds the memory of the
 * frame's columns.
 *
 * @throws StreamError STREAM_NOT_ENCODABLE where the frame does not fit the schema.
 */
export function encodeSnapshot(
  state: StreamState,
  schema: StreamSchema,
  { frame, hash }: { readonly frame: AnyFrame; readonly hash: WindowHash },
): EncodedSnapshot {
  const { stream, epoch, seq, schemaVersion, lastAnalyzed } = state;
  expectNames(frame, schema);
  expectKinds(frame, schema);
  if (!ascends(frame.columnAt(schema.datePlace), 0)) throw notEncodable(datesMustAscend, frame);
  const cells = frame.columnList.map((column) => bytesOfCells(column));
  const shared = cells.reduce((sum, { bytes, isView }) => sum + (isView ? bytes.length : 0), 0);
  const facts = { stream, epoch, from: seq, to: seq, schemaVersion, lastAnalyzed, rows: frame.length, hash };
  return snapshotOfParts(
    { ...facts, compressed: false },
    cells.map(({ bytes }) => bytes),
    shared,
  );
}

/** What a receiver puts together from all chunks of a snapshot: its content in one piece of memory of its own. */
export function joinSnapshot(snapshot: EncodedSnapshot): Snapshot {
  const content = new Uint8Array(snapshot.total);
  copyContent(snapshot, [0, snapshot.total], content, 0);
  return { ...factsOf(snapshot), content };
}

/**
 * The binary message that carries the content from `offset` on: at most `mostBytes` of it, which are 1 to 64 KiB. The next one begins
 * where it ends, and the content of a window without rows is one empty chunk.
 *
 * Behind the header: u32 rows, u32 and u32 the window's hash, low half first, u32 bytes of the whole content, u32 offset; then the bytes.
 *
 * @param memory where it is written, from its beginning, whatever stands there; the message is a view of it. Must have
 *   `CHUNK_HEAD_BYTES` and as many more as content is written. Default: memory of its own.
 * @throws StreamError STREAM_NOT_ENCODABLE for an offset outside the content, a size that no chunk has, or memory that is too short.
 */
export function encodeSnapshotChunk(
  snapshot: EncodedSnapshot,
  offset: number,
  mostBytes = MOST_CHUNK_BYTES,
  memory?: Uint8Array,
): Uint8Array {
  const { rows, hash, compressed, total } = snapshot;
  if (!(offset >>> 0 === offset && (offset < total || offset === 0))) {
    throw notEncodable(`a chunk begins within the ${total} bytes of its snapshot, found ${offset}`, offset);
  }
  if (!(mostBytes >>> 0 === mostBytes && mostBytes >= 1 && mostBytes <= MOST_CHUNK_BYTES)) {
    throw notEncodable(`a chunk has 1 to ${MOST_CHUNK_BYTES} bytes of content, found ${mostBytes}`, mostBytes);
  }
  const end = Math.min(total, offset + mostBytes);
  const length = CHUNK_HEAD_BYTES + end - offset;
  if (memory !== undefined && memory.length < length) {
    throw notEncodable(`a chunk of ${length} bytes does not fit in memory of ${memory.length}`, memory.length);
  }
  const bytes = memory?.subarray(0, length) ?? new Uint8Array(length);
  const view = viewOf(bytes);
  writeHeader(view, compressed ? KIND_SNAPSHOT | FLAG_COMPRESSED : KIND_SNAPSHOT, snapshot);
  view.setUint32(ROWS_AT, rows, true);
  view.setUint32(HASH_AT, hash.lo, true);
  view.setUint32(HASH_AT + 4, hash.hi, true);
  view.setUint32(TOTAL_AT, total, true);
  view.setUint32(OFFSET_AT, offset, true);
  copyContent(snapshot, [offset, end], bytes, CHUNK_HEAD_BYTES);
  seal(bytes, view, CHUNK_HEAD_BYTES);
  return bytes;
}

/**
 * The window of a snapshot that is complete and not compressed (any more), with room for rows to come. Its dates ascend strictly. What
 * is in it is proved by its hash only, which the caller compares. Never throws.
 */
export function decodeSnapshot(
  { stream, rows, hash, content, compressed }: Snapshot,
  schema: StreamSchema,
  limits: Required<StreamLimits> = defaultStreamLimits,
): DecodedSnapshot | StreamRefused {
  if (compressed) return badSnapshot(stream, 'the content is compressed and must be inflated first');
  if (rows > limits.mostRows) return tooLarge(`rows of stream ${stream}`, rows, 'mostRows', limits.mostRows);
  if (rows * schema.leastRowBytes > content.length) {
    return badSnapshot(stream, `${rows} rows of ${schema.leastRowBytes} bytes or more do not fit in ${content.length}`);
  }
  const reader = new CellReader(content, 0, stream, limits);
  // Rows will follow one by one; a few rows are no window that lasts.
  const room = rows < WHOLE_FRAME_ROWS ? 0 : spareRowsOf(stream, rows);
  const entries: [string, Column][] = [];
  // In one piece: a piece each would take longer to make than to fill. That so many bytes are there was seen above.
  const data = new Float64Array((rows + room) * schema.kinds.filter(isDouble).length);
  let used = 0;
  for (let place = 0; place < schema.names.length; place++) {
    const [name, kind] = [schema.names[place], schema.kinds[place]];
    const part = isDouble(kind) ? { data, start: used, end: used + rows + room } : undefined;
    used = part?.end ?? used;
    const column = reader.column(kind, rows, name, part);
    if (column === undefined || reader.refusal !== undefined) break;
    entries.push([name, column]);
  }
  if (reader.refusal !== undefined) return reader.refusal;
  if (reader.left > 0) return badSnapshot(stream, `${reader.left} bytes more than its columns need`);
  const frame = Frame.fromColumns(entries);
  if (ascends(frame.columnAt(schema.datePlace), 0)) return { status: 'snapshot', frame, hash };
  return refuse('STREAM_BAD_ORDER', `snapshot of stream ${stream}: the dates are not strictly ascending`);
}

function badSnapshot(stream: number, reason: string): StreamRefused {
  return refuse('STREAM_BAD_PAYLOAD', `snapshot of stream ${stream}: ${reason}`);
}

/** The facts that all chunks of one snapshot share, and nothing else of them. */
export function factsOf(facts: SnapshotFacts): SnapshotFacts {
  const { stream, epoch, from, to, schemaVersion, lastAnalyzed, rows, hash, compressed, total } = facts;
  return { stream, epoch, from, to, schemaVersion, lastAnalyzed, rows, hash, compressed, total };
}
