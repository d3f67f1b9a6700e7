import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  type Candles,
  type PairKey,
  type TimestampMs,
  nextCandleOpen,
  pairKeyText,
  timeframeMs,
} from '../../market/index.ts';
import { messageOf } from '../../util/errors.ts';
import { badOption } from '../check-request.ts';
import { ExchangeError } from '../exchange-error.ts';
import { type CandleFormat, FUTURES_FOLDER, candleFormats, formatOf, parseCandleFileName } from './candle-file-name.ts';
import { readCandles } from './read-candles.ts';

/** One candle file. */
export interface CandleFile {
  readonly key: PairKey;
  readonly format: CandleFormat;
  readonly path: string;
}

/** What time a file's candles span. */
export interface CandleRange {
  /** When the first opened. */
  readonly from: TimestampMs;
  /** When the last closed. */
  readonly until: TimestampMs;
  readonly rows: number;
}

/** A freqtrade data folder: what candles are in it, and the candles, each file read when it is first asked for and then kept. */
export interface DataFolder {
  readonly path: string;
  /** One file a key, by pair and timeframe. */
  readonly files: readonly CandleFile[];
  /** Files that were left aside, and why. */
  readonly ignored: readonly { readonly path: string; readonly reason: string }[];
  find(key: PairKey): CandleFile | undefined;
  /** Throws ExchangeError as `readCandles` does. */
  load(file: CandleFile): Promise<Candles>;
  /** The time that a file's candles span, undefined where it holds none. Reads the file. Throws as `readCandles` does. */
  range(file: CandleFile): Promise<CandleRange | undefined>;
  /** Lets go of the candles read so far. */
  forget(): void;
}

export interface DataFolderOptions {
  /** Which files to read; `auto` takes all, and of one key's the feather first, then json.gz, then json. Default `auto`. */
  readonly format?: CandleFormat | 'auto';
}

/**
 * Opens a folder in the layout of freqtrade's `user_data/data/<exchange>`: `BTC_USDT-5m.feather`, futures in `futures/`.
 *
 * @throws ExchangeError EXCHANGE_DATA_FOLDER_MISSING, EXCHANGE_DATA_FOLDER_EMPTY, EXCHANGE_FILE_UNREADABLE, EXCHANGE_BAD_OPTION.
 */
export async function openDataFolder(path: string, options: DataFolderOptions = {}): Promise<DataFolder> {
  const { format = 'auto' } = options;
  if (format !== 'auto' && !candleFormats.includes(format)) {
    throw badOption('format', `auto, ${candleFormats.join(', ')}`, format);
  }
  const paths = [
    ...(await filesIn(path, true)),
    ...(await filesIn(join(path, FUTURES_FOLDER), false)).map((name) => join(FUTURES_FOLDER, name)),
  ];
  const { files, ignored } = sortFiles(path, paths, format);
  if (files.size === 0) throw emptyFolder(path, ignored);
  return folderOf(path, files, ignored);
}

function folderOf(path: string, files: ReadonlyMap<string, CandleFile>, ignored: DataFolder['ignored']): DataFolder {
  const loaded = new Map<string, Promise<Candles>>();
  const load = (file: CandleFile): Promise<Candles> => {
    const known = loaded.get(file.path);
    if (known) return known;
    const candles = readCandles(file.path, file.key.candleType);
    loaded.set(file.path, candles);
    // A file that could not be read is tried again when it is asked for again.
    candles.catch(() => loaded.delete(file.path));
    return candles;
  };
  return {
    path,
    files: [...files.values()],
    ignored,
    find: (key) => files.get(pairKeyText(key)),
    load,
    async range(file) {
      const candles = await load(file);
      const [first, last] = [candles.at(0, 'date'), candles.last('date')];
      if (first === undefined || last === undefined) return undefined;
      return { from: first, until: nextCandleOpen(last, file.key.timeframe), rows: candles.length };
    },
    forget: () => loaded.clear(),
  };
}

/** Sorts file names into those to read, one a key, and those to leave aside. */
function sortFiles(folder: string, names: readonly string[], format: CandleFormat | 'auto') {
  const files = new Map<string, CandleFile>();
  const ignored: { path: string; reason: string }[] = [];
  for (const name of names.toSorted((a, b) => preference(a) - preference(b) || (a < b ? -1 : 1))) {
    const path = join(folder, name);
    const parsed = parseName(name, format);
    if ('reason' in parsed) {
      ignored.push({ path, reason: parsed.reason });
      continue;
    }
    const place = pairKeyText(parsed.key);
    const preferred = files.get(place);
    if (preferred) ignored.push({ path, reason: `${basename(preferred.path)} has the same candles` });
    else files.set(place, { ...parsed, path });
  }
  return { files: new Map([...files].sort(([, a], [, b]) => byKey(a.key, b.key))), ignored };
}

function parseName(name: string, wanted: CandleFormat | 'auto') {
  const format = formatOf(name);
  if (!format) return { reason: `not of a format that is read (${candleFormats.join(', ')})` };
  if (wanted !== 'auto' && format !== wanted) return { reason: `only ${wanted} files were asked for` };
  const parsed = parseCandleFileName(basename(name), format);
  if ('reason' in parsed) return parsed;
  const isInFutures = dirname(name) === FUTURES_FOLDER;
  if (isInFutures === (parsed.key.candleType !== 'spot')) return { ...parsed, format };
  return {
    reason: `${parsed.key.candleType} candles are read from ${isInFutures ? 'the folder above' : FUTURES_FOLDER}`,
  };
}

function preference(name: string): number {
  const format = formatOf(name);
  return format ? candleFormats.indexOf(format) : candleFormats.length;
}

function byKey(a: PairKey, b: PairKey): number {
  if (a.pair !== b.pair) return a.pair < b.pair ? -1 : 1;
  if (a.candleType !== b.candleType) return a.candleType < b.candleType ? -1 : 1;
  return timeframeMs(a.timeframe) - timeframeMs(b.timeframe);
}

/** Names of the plain files in a folder; none where an optional one does not exist. */
async function filesIn(path: string, isRequired: boolean): Promise<readonly string[]> {
  let entries: readonly Dirent[];
  try {
    entries = await readdir(path, { withFileTypes: true });
  } catch (error) {
    const isMissing =
      error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    if (isMissing && !isRequired) return [];
    const code = isMissing ? 'EXCHANGE_DATA_FOLDER_MISSING' : 'EXCHANGE_FILE_UNREADABLE';
    throw new ExchangeError(code, `can't open the data folder ${path} (${messageOf(error)})`, {
      value: path,
      cause: error,
    });
  }
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
}

function emptyFolder(path: string, ignored: DataFolder['ignored']): ExchangeError {
  const first = ignored[0];
  const found = first
    ? `files left aside: ${ignored.length}, such as ${basename(first.path)}: ${first.reason}`
    : 'it is empty';
  const message = `the data folder ${path} has no candle file, as BTC_USDT-5m.feather would be; ${found}`;
  return new ExchangeError('EXCHANGE_DATA_FOLDER_EMPTY', message, { value: path });
}
