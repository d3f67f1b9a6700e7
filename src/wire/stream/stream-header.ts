import { crc32c } from './crc32c.ts';
import { StreamError } from './stream-error.ts';

/**
 * What every binary message begins with. Little-endian, as all of the message.
 *
 *      0  u8   0xCC
 *      1  u8   version, 1
 *      2  u8   kind: 1 delta, 2 snapshot
 *      3  u8   flags: bit 0 of a snapshot: its content is compressed; all others 0
 *      4  u32  stream
 *      8  u32  epoch
 *     12  u32  from
 *     16  u32  to
 *     20  u32  version of the schema
 *     24  u32  CRC-32C of bytes 0 to 24 and of those that follow the header: of a snapshot only the 20 that come before its content
 */
export const HEADER_BYTES = 28;

/** What follows the header in both kinds of message before columns begin. */
export const HEAD_BYTES = 20;

export const MAGIC = 0xcc;
/** The version of the extended wire that this release speaks. */
export const STREAM_VERSION = 1;

export const KIND_DELTA = 1;
export const KIND_SNAPSHOT = 2;
export const FLAG_COMPRESSED = 1;

const VERSION_AT = 1;
const KIND_AT = 2;
const FLAGS_AT = 3;
const STREAM_AT = 4;
const EPOCH_AT = 8;
const FROM_AT = 12;
const TO_AT = 16;
const SCHEMA_VERSION_AT = 20;
const CHECKSUM_AT = 24;

/** Which states of which stream a message is about. All are unsigned 32-bit integers. */
export interface StreamHeader {
  readonly stream: number;
  /** Of the producer's run: another one is another count of states. */
  readonly epoch: number;
  /** A delta takes any state from `from` - 1 on, and older than `to`, to the state `to`. In a snapshot both are its state. At least 1. */
  readonly from: number;
  readonly to: number;
  readonly schemaVersion: number;
}

/** Everything but the checksum, which comes when the payload stands. Throws StreamError STREAM_NOT_ENCODABLE. */
export function writeHeader(view: DataView, kind: number, flags: number, header: StreamHeader): void {
  const { stream, epoch, from, to, schemaVersion } = header;
  if (!areU32(stream, epoch, from, to, schemaVersion) || from < 1 || from > to) {
    const found = `stream ${stream}, epoch ${epoch}, from ${from}, to ${to}, schema version ${schemaVersion}`;
    const reason = `a header holds unsigned 32-bit integers with 1 <= from <= to, found ${found}`;
    throw new StreamError('STREAM_NOT_ENCODABLE', reason, { value: header });
  }
  view.setUint8(0, MAGIC);
  view.setUint8(VERSION_AT, STREAM_VERSION);
  view.setUint8(KIND_AT, kind);
  view.setUint8(FLAGS_AT, flags);
  view.setUint32(STREAM_AT, stream, true);
  view.setUint32(EPOCH_AT, epoch, true);
  view.setUint32(FROM_AT, from, true);
  view.setUint32(TO_AT, to, true);
  view.setUint32(SCHEMA_VERSION_AT, schemaVersion, true);
}

/** Writes the checksum of a message whose bytes up to `end` are covered by it. */
export function seal(bytes: Uint8Array, view: DataView, end: number): void {
  view.setUint32(CHECKSUM_AT, checksum(bytes, end), true);
}

export function isSealed(bytes: Uint8Array, view: DataView, end: number): boolean {
  return view.getUint32(CHECKSUM_AT, true) === checksum(bytes, end);
}

export function readHeader(view: DataView): StreamHeader & { readonly kind: number; readonly flags: number } {
  return {
    kind: view.getUint8(KIND_AT),
    flags: view.getUint8(FLAGS_AT),
    stream: view.getUint32(STREAM_AT, true),
    epoch: view.getUint32(EPOCH_AT, true),
    from: view.getUint32(FROM_AT, true),
    to: view.getUint32(TO_AT, true),
    schemaVersion: view.getUint32(SCHEMA_VERSION_AT, true),
  };
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
