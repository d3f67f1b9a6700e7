import { xxhash32 } from './xxhash32.ts';

const MAGIC = 0x184d2204;
/** Bits of the frame's flags. */
const HAS_DICTIONARY = 0x01;
const HAS_CONTENT_CHECKSUM = 0x04;
const HAS_CONTENT_SIZE = 0x08;
const HAS_BLOCK_CHECKSUMS = 0x10;
const BLOCKS_INDEPENDENT = 0x20;
const VERSION_MASK = 0xc0;
const VERSION = 0x40;
/** In a block's size: the block is stored as it is. */
const STORED = 0x80000000;

/** LZ4 makes at most this many bytes of one. */
const MOST_EXPANSION = 255;
const LEAST_MATCH = 4;

interface Header {
  readonly flags: number;
  /** Where the first block starts. */
  readonly end: number;
}

/**
 * The content of one LZ4 frame, which must be `length` bytes. Every checksum that the frame has is checked, and nothing is read
 * or copied from outside it. Source: LZ4 frame format 1.6.4 and block format, github.com/lz4/lz4, doc/.
 *
 * @throws Error with what is wrong: damaged, cut off, of another length, or one that needs a dictionary.
 */
export function decodeLz4Frame(frame: Uint8Array, length: number): Uint8Array {
  if (!(length >= 0 && length <= frame.length * MOST_EXPANSION)) {
    throw new Error(`LZ4: ${length} bytes can't come out of ${frame.length}`);
  }
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const header = readHeader(view, frame, length);
  const out = new Uint8Array(length);
  let [at, filled] = [header.end, 0];
  for (;;) {
    const size = readSize(view, at);
    at += 4;
    if (size === 0) break;
    const block = take(frame, at, size & ~STORED);
    at += block.length;
    const history = header.flags & BLOCKS_INDEPENDENT ? filled : 0;
    filled = (size & STORED) === 0 ? decodeBlock(block, out, filled, history) : store(block, out, filled);
    if (header.flags & HAS_BLOCK_CHECKSUMS) {
      expectChecksum(readSize(view, at), block, 'a block');
      at += 4;
    }
  }
  if (filled !== length) throw new Error(`LZ4: ${filled} bytes came out where ${length} should`);
  if (header.flags & HAS_CONTENT_CHECKSUM) {
    expectChecksum(readSize(view, at), out, 'the content');
    at += 4;
  }
  if (at !== frame.length) throw new Error(`LZ4: ${frame.length - at} bytes follow the frame's end`);
  return out;
}

/** Magic, flags, block size class, perhaps the content's size, and a byte of checksum over these but the magic. */
function readHeader(view: DataView, frame: Uint8Array, length: number): Header {
  if (view.byteLength < 7 || view.getUint32(0, true) !== MAGIC) throw new Error('LZ4: not an LZ4 frame');
  const flags = frame[4];
  if ((flags & VERSION_MASK) !== VERSION) throw new Error(`LZ4: frame version ${flags >> 6} is not known`);
  if (flags & HAS_DICTIONARY) throw new Error('LZ4: the frame needs a dictionary');
  const end = flags & HAS_CONTENT_SIZE ? 14 : 6;
  const descriptor = take(frame, 4, end - 4);
  if (frame[end] !== ((xxhash32(descriptor) >>> 8) & 0xff)) throw new Error("LZ4: the header's checksum is wrong");
  if (flags & HAS_CONTENT_SIZE && view.getBigUint64(6, true) !== BigInt(length)) {
    throw new Error(`LZ4: the frame is of ${view.getBigUint64(6, true)} bytes, not ${length}`);
  }
  return { flags, end: end + 1 };
}

/** Writes a compressed block's content at `filled` and returns where it ends; matches reach back to `history` at most. */
function decodeBlock(block: Uint8Array, out: Uint8Array, filled: number, history: number): number {
  let [at, to] = [0, filled];
  const longLength = (nibble: number): number => {
    let total = nibble;
    for (let more = nibble === 15; more; at++) {
      if (at >= block.length) throw cutOff();
      total += block[at];
      more = block[at] === 255;
    }
    return total;
  };
  while (at < block.length) {
    const token = block[at++];
    const literals = longLength(token >> 4);
    if (at + literals > block.length) throw cutOff();
    if (to + literals > out.length) throw tooLong();
    for (let end = at + literals; at < end;) out[to++] = block[at++];
    if (at === block.length) return to;
    if (at + 2 > block.length) throw cutOff();
    let from = to - (block[at] | (block[at + 1] << 8));
    at += 2;
    if (from < history || from === to)
      throw new Error(`LZ4: a match reaches ${to - from} bytes back, out of the content`);
    const end = to + longLength(token & 15) + LEAST_MATCH;
    if (end > out.length) throw tooLong();
    // Byte by byte on purpose: a match may overlap what it writes.
    while (to < end) out[to++] = out[from++];
  }
  throw cutOff();
}

function store(block: Uint8Array, out: Uint8Array, filled: number): number {
  if (filled + block.length > out.length) throw tooLong();
  out.set(block, filled);
  return filled + block.length;
}

function take(bytes: Uint8Array, at: number, size: number): Uint8Array {
  if (at + size > bytes.length) throw cutOff();
  return bytes.subarray(at, at + size);
}

function readSize(view: DataView, at: number): number {
  if (at + 4 > view.byteLength) throw cutOff();
  return view.getUint32(at, true);
}

function expectChecksum(found: number, bytes: Uint8Array, of: string): void {
  if (found !== xxhash32(bytes)) throw new Error(`LZ4: the checksum of ${of} is wrong`);
}

function cutOff(): Error {
  return new Error('LZ4: the frame is cut off');
}

function tooLong(): Error {
  return new Error('LZ4: more comes out than should');
}
