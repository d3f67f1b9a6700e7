import type { TimestampMs } from '../../market/index.ts';
import { crc32c } from './crc32c.ts';
import { StreamError } from './stream-error.ts';

/**
 * What every binary message begins with. Little-endian, as all of the message.
 *
 *      0  u8   0xC in the high four bits, the version in the low ones: 0xC1
 *      1  u8   kind in the low four bits: 1 delta, 2 snapshot; flags in the high ones: 0x10 of a snapshot: its content is compressed
 *      2  u16  version of the schema, modulo 65,536
 *      4  u32  stream
 *      8  u32  epoch
 *     12  u32  to
 *     16  u16  span: `to` - `from`; 0 in a snapshot
 *     18  u16  patched columns of a delta; 0 in a snapshot
 *     20  f64  when the analysis of this state ended: milliseconds since 1970, finite, not negative
 *     28  u32  CRC-32C of bytes 0 to 28 and of those that follow the header: of a snapshot only the 20 that come before its content
 */
const HEADER_BYTES = 32;

/** Where the columns of a delta begin. Behind the header: u32 rows, u32 and u32 the window's hash, u32 changed rows. */
export const DELTA_COLUMNS_AT = HEADER_BYTES + 16;

/** Where the content of a snapshot begins. Behind the header: u32 rows, u32 and u32 the window's hash, u32 total, u32 offset. */
export const SNAPSHOT_CONTENT_AT = HEADER_BYTES + 20;

/** What follows the header begins alike in both kinds of message. */
export const ROWS_AT = HEADER_BYTES;
export const HASH_AT = ROWS_AT + 4;

/** The high four bits of the first byte. */
export const MAGIC = 0xc0;
/** The version of the extended wire that this release speaks. */
export const STREAM_VERSION = 1;

export const KIND_DELTA = 1;
export const KIND_SNAPSHOT = 2;
export const FLAG_COMPRESSED = 0x10;

/** A delta reaches no farther back. */
const MOST_SPAN = 0xffff;

const KIND_AT = 1;
const SCHEMA_VERSION_AT = 2;
const STREAM_AT = 4;
const EPOCH_AT = 8;
const TO_AT = 12;
const SPAN_AT = 16;
const PATCHES_AT = 18;
const LAST_ANALYZED_AT = 20;
const CHECKSUM_AT = 28;

/** Which states of which stream a message is about. All but the time are unsigned 32-bit integers. */
export interface StreamHeader {
  readonly stream: number;
  /** Of the producer's run: another one is another count of states. */
  readonly epoch: number;
  /**
   * A delta takes any state from `from` - 1 on, and older than `to`, to the state `to`: at most 65,535 states from `from` to `to`. In
   * a snapshot both are its state. At least 1.
   */
  readonly from: number;
  readonly to: number;
  /**
   * Which version of the stream's schema the columns are of. On the wire, and so in what was decoded, modulo 65,536; a `schema` message
   * has the whole number. So `(version & 0xffff)` of it is to be compared.
   */
  readonly schemaVersion: number;
  /** When the producer's analysis of the state `to` ended; 0 where there was none. */
  readonly lastAnalyzed: TimestampMs;
}

/** What the first 32 bytes hold beside the checksum and the first byte. */
interface HeaderBytes extends StreamHeader {
  readonly kind: number;
  readonly flags: number;
  readonly patches: number;
}

/** Everything but the checksum, which comes when the payload stands. Throws StreamError STREAM_NOT_ENCODABLE. */
export function writeHeader(view: DataView, kind: number, header: StreamHeader, patches = 0): void {
  expectHeader(header);
  const { stream, epoch, from, to, schemaVersion, lastAnalyzed } = header;
  view.setUint8(0, MAGIC | STREAM_VERSION);
  view.setUint8(KIND_AT, kind);
  view.setUint16(SCHEMA_VERSION_AT, schemaVersion, true);
  view.setUint32(STREAM_AT, stream, true);
  view.setUint32(EPOCH_AT, epoch, true);
  view.setUint32(TO_AT, to, true);
  view.setUint16(SPAN_AT, to - from, true);
  view.setUint16(PATCHES_AT, patches, true);
  view.setFloat64(LAST_ANALYZED_AT, lastAnalyzed, true);
}

function expectHeader(header: StreamHeader): void {
  const { stream, epoch, from, to, schemaVersion, lastAnalyzed } = header;
  if (!areU32(stream, epoch, from, to, schemaVersion) || from < 1 || from > to || to - from > MOST_SPAN) {
    const found = `stream ${stream}, epoch ${epoch}, from ${from}, to ${to}, schema version ${schemaVersion}`;
    const expected = `unsigned 32-bit integers with 1 <= from <= to <= from + ${MOST_SPAN}`;
    throw new StreamError('STREAM_NOT_ENCODABLE', `a header holds ${expected}, found ${found}`, { value: header });
  }
  if (isLastAnalyzed(lastAnalyzed)) return;
  const reason = `stream ${stream}: expected when its analysis ended, in milliseconds since 1970, found ${lastAnalyzed}`;
  throw new StreamError('STREAM_NOT_ENCODABLE', reason, { value: lastAnalyzed });
}

/** Writes the checksum of a message whose bytes up to `end` are covered by it. */
export function seal(bytes: Uint8Array, view: DataView, end: number): void {
  view.setUint32(CHECKSUM_AT, checksum(bytes, end), true);
}

export function isSealed(bytes: Uint8Array, view: DataView, end: number): boolean {
  return view.getUint32(CHECKSUM_AT, true) === checksum(bytes, end);
}

/** As it stands there: `from` may be below 1, and the time no time. */
export function readHeader(view: DataView): HeaderBytes {
  const kindAndFlags = view.getUint8(KIND_AT);
  const to = view.getUint32(TO_AT, true);
  return {
    kind: kindAndFlags & 0xf,
    flags: kindAndFlags & 0xf0,
    stream: view.getUint32(STREAM_AT, true),
    epoch: view.getUint32(EPOCH_AT, true),
    from: to - view.getUint16(SPAN_AT, true),
    to,
    schemaVersion: view.getUint16(SCHEMA_VERSION_AT, true),
    lastAnalyzed: view.getFloat64(LAST_ANALYZED_AT, true),
    patches: patchesOf(view),
  };
}

/** How many columns a delta patches. */
export function patchesOf(view: DataView): number {
  return view.getUint16(PATCHES_AT, true);
}

export function isLastAnalyzed(value: number): boolean {
  return value >= 0 && value < Infinity;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function checksum(bytes: Uint8Array, end: number): number {
  return crc32c(bytes, HEADER_BYTES, end, crc32c(bytes, 0, CHECKSUM_AT));
}

function areU32(a: number, b: number, c: number, d: number, e: number): boolean {
  return a >>> 0 === a && b >>> 0 === b && c >>> 0 === c && d >>> 0 === d && e >>> 0 === e;
}

/** Whether a binary message can be of a stream, by its first byte. */
export function isStreamMessage(bytes: Uint8Array): boolean {
  return (bytes[0] & 0xf0) === MAGIC;
}
