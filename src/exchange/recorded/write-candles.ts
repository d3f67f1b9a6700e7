import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { toArrow } from '../../arrow/index.ts';
import { type CandleType, type Candles, candleColumns } from '../../market/index.ts';
import { messageOf } from '../../util/errors.ts';
import { badOption } from '../check-request.ts';
import { ExchangeError } from '../exchange-error.ts';
import { type CandleFormat, formatOf } from './candle-file-name.ts';
import { RATE_COLUMN, checkCandles } from './check-candles.ts';

/**
 * Writes candles so that freqtrade and `readCandles` read them: as Feather without compression, JSON or gzipped JSON, by the
 * path's ending. Folders are made; a file of that name is replaced at once, never left half written.
 *
 * @throws ExchangeError EXCHANGE_BAD_CANDLES when they could not be read again, EXCHANGE_BAD_OPTION, EXCHANGE_FILE_UNREADABLE.
 */
export async function writeCandles(path: string, candles: Candles, candleType: CandleType = 'spot'): Promise<void> {
  const format = formatOf(path);
  if (!format) throw badOption('path', 'a file ending in .feather, .json or .json.gz', path);
  checkCandles(candles, candleType, path);
  const bytes = encode(candles, format, candleType);
  // The ending keeps an unfinished file out of every data folder's index.
  const unfinished = `${path}.unfinished`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
  } catch (error) {
    // Its failing would hide the reason that counts.
    await rm(unfinished, { force: true }).catch(() => undefined);
    const message = `can't write ${path} (${messageOf(error)})`;
    throw new ExchangeError('EXCHANGE_FILE_UNREADABLE', message, { value: path, cause: error });
  }
}

function encode(candles: Candles, format: CandleFormat, candleType: CandleType): Uint8Array {
  if (format === 'feather' && candleType === 'funding_rate') {
    return toArrow(candles.select(['date', 'open']).rename({ open: RATE_COLUMN }), 'file');
  }
  if (format === 'feather') return toArrow(candles.select(candleColumns), 'file');
  const columns = candleColumns.map((name) => candles.columns[name]);
  // JSON has no NaN: stringify makes null of it, which is what pandas writes too.
  const rows = Array.from({ length: candles.length }, (_, row) => columns.map((column) => column[row]));
  const json = new TextEncoder().encode(JSON.stringify(rows));
  return format === 'json' ? json : gzipSync(json);
}
