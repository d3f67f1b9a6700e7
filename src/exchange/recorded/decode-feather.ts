import { zstdDecompressSync } from 'node:zlib';
import { type Codec, CompressionType, setCompressionCodec } from '@uwdata/flechette';
import { fromArrow } from '../../arrow/index.ts';
import { FrameError } from '../../frame/index.ts';
import type { CandleType, Candles } from '../../market/index.ts';
import { toCandles } from './check-candles.ts';
import { corruptFile } from './corrupt-file.ts';
import { decodeLz4Frame } from './lz4-frame.ts';

/** What an Arrow file begins and ends with. */
const MAGIC = 'ARROW1';
/** What a Feather file of version 1 begins with. */
const OLD_MAGIC = 'FEA1';

const readingOnly = (): never => {
  throw new Error('Arrow files are written without compression');
};

const lz4: Codec = { decode: decodeLz4Frame, encode: readingOnly };

const zstd: Codec = {
  decode(bytes, length) {
    const content = zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, length) });
    if (content.length !== length) throw new Error(`zstd: ${content.length} bytes came out where ${length} should`);
    // Views of numbers start at the buffer's first byte, and a Buffer can be part of a larger one.
    return new Uint8Array(content);
  },
  encode: readingOnly,
};

/**
 * The candles in a Feather (version 2) file: uncompressed, LZ4 or zstd.
 *
 * @throws ExchangeError EXCHANGE_FILE_CORRUPT, EXCHANGE_BAD_CANDLES.
 */
export function decodeFeather(bytes: Uint8Array, candleType: CandleType, path: string): Candles {
  expectWhole(bytes, path);
  setCompressionCodec(CompressionType.LZ4_FRAME, lz4);
  setCompressionCodec(CompressionType.ZSTD, zstd);
  return toCandles(decodeArrow(bytes, path), candleType, path);
}

function decodeArrow(bytes: Uint8Array, path: string) {
  try {
    return fromArrow(bytes);
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    throw corruptFile(path, error.message, error);
  }
}

/** The footer is a file's last part and tells where all others are, so a file with both its ends has been written whole. */
function expectWhole(bytes: Uint8Array, path: string): void {
  const text = (start: number, end: number) => String.fromCharCode(...bytes.subarray(start, end));
  if (text(0, OLD_MAGIC.length) === OLD_MAGIC) {
    throw corruptFile(path, 'this is Feather of version 1; write it again as version 2, which pandas does by default');
  }
  if (text(0, MAGIC.length) !== MAGIC) throw corruptFile(path, `not a Feather file: it does not begin with ${MAGIC}`);
  if (bytes.length < 2 * MAGIC.length || text(bytes.length - MAGIC.length, bytes.length) !== MAGIC) {
    throw corruptFile(path, `the file is cut off: it does not end with ${MAGIC}`);
  }
}
