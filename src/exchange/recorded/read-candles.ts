import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { CandleType, Candles } from '../../market/index.ts';
import { messageOf } from '../../util/errors.ts';
import { badOption } from '../check-request.ts';
import { ExchangeError } from '../exchange-error.ts';
import { formatOf } from './candle-file-name.ts';
import { checkCandles } from './check-candles.ts';
import { corruptFile } from './corrupt-file.ts';
import { decodeFeather } from './decode-feather.ts';
import { decodeJsonCandles } from './decode-json-candles.ts';

/** The most bytes that a file may unpack to. */
const MOST_UNPACKED_BYTES = 2 ** 30;

/**
 * The candles in a file of freqtrade's data folder: `.feather`, `.json` or `.json.gz`. All of them or an error: never fewer than
 * the file had when it was written.
 *
 * @param candleType decides whether volumes may be missing; default spot, where they may not.
 * @throws ExchangeError EXCHANGE_FILE_UNREADABLE, EXCHANGE_FILE_CORRUPT, EXCHANGE_BAD_CANDLES.
 */
export async function readCandles(path: string, candleType: CandleType = 'spot'): Promise<Candles> {
  const format = formatOf(path);
  if (!format) throw badOption('path', 'a file ending in .feather, .json or .json.gz', path);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new ExchangeError('EXCHANGE_FILE_UNREADABLE', `${path}: ${messageOf(error)}`, { value: path, cause: error });
  });
  if (bytes.length === 0) throw corruptFile(path, 'the file is empty');
  if (format === 'feather') return decodeFeather(bytes, candleType, path);
  const candles = decodeJsonCandles(format === 'json' ? bytes : unpacked(bytes, path), path);
  checkCandles(candles, candleType, path);
  return candles;
}

function unpacked(bytes: Uint8Array, path: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED_BYTES });
  } catch (error) {
    throw corruptFile(path, `not readable as gzip (${messageOf(error)})`, error);
  }
}
