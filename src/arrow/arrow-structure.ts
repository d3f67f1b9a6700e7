import { Type, getCompressionCodec } from '@uwdata/flechette';
import { FlatBuffer, type FlatTable, int64At, invalidArrow } from './flat-table.ts';

/** Arrow's `MessageHeader` and `MetadataVersion`, as in format/Message.fbs and format/Schema.fbs. */
const SCHEMA = 1;
const DICTIONARY_BATCH = 2;
const RECORD_BATCH = 3;
const READABLE_VERSIONS: ReadonlySet<number> = new Set([3, 4]);

/** What a file starts and ends with. */
const MAGIC = Array.from('ARROW1', (letter) => letter.charCodeAt(0));
/** The footer's length and the magic behind it. */
const TAIL_BYTES = 4 + MAGIC.length;

/** Rows of columns of nothing but nulls take no bytes, so their number needs a limit of its own. */
const MOST_ROWS_WITHOUT_BYTES = 1_000_000;
/** LZ4's best ratio. */
const MOST_LZ4_RATIO = 256;
const MOST_DECOMPRESSED_BYTES = 2 ** 30;
const codecNames = ['LZ4_FRAME', 'ZSTD'] as const;

/** Buffers that a column of each readable type has in a batch, besides those that a view column counts for itself. */
const bufferCounts: ReadonlyMap<number, number> = new Map([
  [Type.Null, 0],
  [Type.Int, 2],
  [Type.Float, 2],
  [Type.Utf8, 3],
  [Type.Bool, 2],
  [Type.Date, 2],
  [Type.Timestamp, 2],
  [Type.LargeUtf8, 3],
  [Type.Utf8View, 2],
]);

interface Field {
  readonly name: string;
  /** The type of the values, also where they stand in a dictionary. */
  readonly typeId: number;
  readonly dictionaryId: number | undefined;
}

interface Message {
  readonly kind: number;
  readonly header: FlatTable;
  readonly body: Uint8Array;
  /** Where the next message starts. */
  readonly end: number;
}

/**
 * Checks the structure of Arrow IPC bytes, stream or file, before a decoder may trust the lengths in them: that the bytes are whole
 * to their end mark, and that nothing is claimed for which there are no bytes. Returns the column names.
 *
 * Source: Arrow columnar format 1.5, "Serialization and Interprocess Communication".
 *
 * @throws FrameError FRAME_ARROW_INVALID, or RangeError where a FlatBuffer points outside of itself.
 */
export function checkArrow(bytes: Uint8Array): string[] {
  const fields = startsWithMagic(bytes, 0) ? checkFile(bytes) : checkStream(bytes);
  return fields.map((field) => field.name);
}

function startsWithMagic(bytes: Uint8Array, at: number): boolean {
  return MAGIC.every((byte, i) => bytes[at + i] === byte);
}

function checkStream(bytes: Uint8Array): readonly Field[] {
  const first = readMessage(bytes, 0);
  if (first?.kind !== SCHEMA) throw invalidArrow('it does not start with a schema');
  const fields = checkSchema(first.header);
  let at = first.end;
  for (let message = readMessage(bytes, at); message; message = readMessage(bytes, at)) {
    checkBatchMessage(message, fields);
    at = message.end;
  }
  // What stands behind the end mark, other than padding, would be left out without a word.
  const marker = new DataView(bytes.buffer, bytes.byteOffset).getInt32(at, true) === -1 ? 8 : 4;
  if (bytes.subarray(at + marker).some((byte) => byte !== 0)) throw invalidArrow('bytes follow its end mark');
  return fields;
}

function checkFile(bytes: Uint8Array): readonly Field[] {
  const tail = bytes.length - TAIL_BYTES;
  if (tail < MAGIC.length || !startsWithMagic(bytes, tail + 4)) throw cutOff(bytes, 'the file has no end');
  const footerLength = new DataView(bytes.buffer, bytes.byteOffset).getInt32(tail, true);
  const start = tail - footerLength;
  if (footerLength <= 0 || start < MAGIC.length)
    throw invalidArrow('the footer does not fit into the file', footerLength);
  const footer = new FlatBuffer(bytes.subarray(start, tail)).root();
  checkVersion(footer.int16(0));
  const schema = footer.table(1);
  if (schema === undefined) throw invalidArrow('it has no schema');
  const fields = checkSchema(schema);
  checkBlocks(bytes, footer, 2, DICTIONARY_BATCH, fields);
  checkBlocks(bytes, footer, 3, RECORD_BATCH, fields);
  checkMetadata(footer, 4);
  return fields;
}

/** Blocks must come one behind another, or a few bytes could be read over and over. */
function checkBlocks(bytes: Uint8Array, footer: FlatTable, slot: number, kind: number, fields: readonly Field[]): void {
  let end = 0;
  for (const [offset] of footer.int64s(slot, 3)) {
    if (offset < end) throw invalidArrow('batches overlap', offset);
    const message = readMessage(bytes, offset);
    if (message?.kind !== kind) throw invalidArrow('the footer points to something else than a batch', offset);
    checkBatchMessage(message, fields);
    end = message.end;
  }
}

/** The message at `at`, or undefined at the end mark. */
function readMessage(bytes: Uint8Array, at: number): Message | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + 4 > bytes.length) throw cutOff(bytes, 'there is no end mark');
  let start = at + 4;
  let length = view.getInt32(at, true);
  // Since Arrow 0.15 a mark precedes the length.
  if (length === -1) {
    if (at + 8 > bytes.length) throw cutOff(bytes, 'there is no end mark');
    length = view.getInt32(at + 4, true);
    start = at + 8;
  }
  if (length === 0) return undefined;
  if (length < 0) throw invalidArrow(`a message has the length ${length}`, length);
  if (start + length > bytes.length) throw cutOff(bytes, `a message goes to ${start + length}`);
  const table = new FlatBuffer(bytes.subarray(start, start + length)).root();
  checkVersion(table.int16(0));
  const bodyLength = table.int64(3);
  const end = start + length + bodyLength;
  if (bodyLength < 0) throw invalidArrow(`a message has a body of ${bodyLength} bytes`, bodyLength);
  if (end > bytes.length) throw cutOff(bytes, `a message goes to ${end}`);
  const header = table.table(2);
  if (header === undefined) throw invalidArrow('a message has no header');
  return { kind: table.uint8(1), header, body: bytes.subarray(start + length, end), end };
}

function cutOff(bytes: Uint8Array, what: string): Error {
  return invalidArrow(`cut off after ${bytes.length} bytes; ${what}`, bytes.length);
}

function checkVersion(version: number): void {
  if (!READABLE_VERSIONS.has(version)) throw invalidArrow(`it is of Arrow metadata version V${version + 1}`, version);
}

function checkSchema(schema: FlatTable): readonly Field[] {
  if (schema.int16(0) !== 0) throw invalidArrow('its numbers are big-endian');
  checkMetadata(schema, 2);
  return schema.tables(1).map((field) => {
    const [name, typeId] = [field.text(0), field.uint8(2)];
    const isNested = field.tables(5).length > 0;
    if (isNested || !bufferCounts.has(typeId)) {
      throw invalidArrow(`column "${name}" is of a type that a frame has no column for`, typeId);
    }
    checkMetadata(field, 6);
    return { name, typeId, dictionaryId: field.table(4)?.int64(0) };
  });
}

/** Goes through custom metadata once, so that it counts. */
function checkMetadata(table: FlatTable, slot: number): void {
  for (const entry of table.tables(slot)) {
    entry.text(0);
    entry.text(1);
  }
}

function checkBatchMessage({ kind, header, body }: Message, fields: readonly Field[]): void {
  if (kind === RECORD_BATCH) {
    const types = fields.map(({ typeId, dictionaryId }) => (dictionaryId === undefined ? typeId : Type.Int));
    return checkBatch(header, body, types);
  }
  if (kind !== DICTIONARY_BATCH) throw invalidArrow(`a message is of kind ${kind}`, kind);
  const id = header.int64(0);
  const data = header.table(1);
  const field = fields.find(({ dictionaryId }) => dictionaryId === id);
  if (!field || !data) throw invalidArrow(`no column has the dictionary ${id}`, id);
  checkBatch(data, body, [field.typeId]);
}

/** Checks a batch of columns of these types: its rows, and where its buffers lie in its body. */
function checkBatch(batch: FlatTable, body: Uint8Array, types: readonly number[]): void {
  const rows = batch.int64(0);
  const nodes = batch.int64s(1, 2);
  const buffers = batch.int64s(2, 2);
  const viewCounts = batch.int64s(4, 1).flat();
  const views = types.filter((type) => type === Type.Utf8View).length;
  const expected = [...types.map((type) => bufferCounts.get(type) ?? 0), ...viewCounts].reduce((sum, n) => sum + n, 0);
  if (nodes.length !== types.length || buffers.length !== expected || viewCounts.length !== views) {
    throw invalidArrow(`a batch has ${buffers.length} buffers for ${nodes.length} columns; expected ${expected}`);
  }
  if (rows < 0 || viewCounts.some((count) => count < 0)) throw invalidArrow('a batch has a negative count', rows);
  for (const [length, nulls] of nodes) {
    if (length !== rows || nulls < 0 || nulls > rows) {
      throw invalidArrow(`a column has ${length} rows, ${nulls} of them null, in a batch of ${rows}`, length);
    }
  }
  if (types.every((type) => type === Type.Null) && rows > MOST_ROWS_WITHOUT_BYTES) {
    throw invalidArrow(`it claims ${rows} rows without values; at most ${MOST_ROWS_WITHOUT_BYTES} are read`, rows);
  }
  checkBuffers(buffers, body);
  checkCompression(batch.table(3), buffers, body);
}

/** Buffers lie within the body, one behind another. */
function checkBuffers(buffers: readonly number[][], body: Uint8Array): void {
  let end = 0;
  for (const [offset, length] of buffers) {
    if (length === 0) continue;
    if (length < 0 || offset < end || offset + length > body.length) {
      throw invalidArrow(
        `a buffer from ${offset} of ${length} bytes does not fit into a body of ${body.length}`,
        offset,
      );
    }
    end = offset + length;
  }
}

/** Each compressed buffer says first how long it was: -1 where it is not compressed after all. */
function checkCompression(compression: FlatTable | undefined, buffers: readonly number[][], body: Uint8Array): void {
  if (compression === undefined) return;
  const codec = compression.uint8(0);
  const isKnown = codec === 0 || codec === 1;
  if (!isKnown || !getCompressionCodec(codec)) {
    const name = isKnown ? codecNames[codec] : `codec ${codec}`;
    throw invalidArrow(`its columns are compressed with ${name}, for which no codec is registered`, codec);
  }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  let total = 0;
  for (const [offset, length] of buffers) {
    if (length === 0) continue;
    const claimed = length < 8 ? Number.NaN : int64At(view, offset);
    if (claimed === -1) continue;
    total += claimed;
    const most = codec === 0 ? length * MOST_LZ4_RATIO : MOST_DECOMPRESSED_BYTES;
    if (!(claimed >= 0 && claimed <= most && total <= MOST_DECOMPRESSED_BYTES)) {
      throw invalidArrow(`a buffer of ${length} bytes claims to hold ${claimed}`, claimed);
    }
  }
}
