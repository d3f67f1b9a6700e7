import { type Candles, candleColumns } from '../../market/index.ts';
import { messageOf } from '../../util/errors.ts';
import { candleArrays, candlesOf } from '../candle-columns.ts';
import { badCandles } from './check-candles.ts';
import { corruptFile } from './corrupt-file.ts';

/** The candles in freqtrade's JSON: a list of `[date in ms, open, high, low, close, volume]`, null for a missing number. */
export function decodeJsonCandles(bytes: Uint8Array, path: string): Candles {
  const rows = parse(bytes, path);
  if (!Array.isArray(rows)) throw corruptFile(path, `expected a list of candles, found ${kindOf(rows)}`);
  const arrays = candleArrays(rows.length);
  for (const [i, row] of rows.entries() as IterableIterator<[number, unknown]>) {
    if (!Array.isArray(row) || row.length < candleColumns.length) {
      throw badCandles(path, `row ${i} is not a list of ${candleColumns.join(', ')}`, row);
    }
    for (const [place, name] of candleColumns.entries()) {
      const value: unknown = row[place];
      if (typeof value !== 'number' && value !== null) {
        throw badCandles(path, `row ${i} has ${name} ${JSON.stringify(value)}, expected a number`, value);
      }
      arrays[name][i] = value ?? Number.NaN;
    }
  }
  return candlesOf(arrays, 0, rows.length);
}

function parse(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw corruptFile(path, `not readable as JSON, perhaps cut off (${messageOf(error)})`, error);
  }
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
