import { join } from 'node:path';
import { type CandleFormat, type Exchange, ExchangeError, candleFilePath } from '../exchange/index.ts';
import type { PairKey } from '../market/index.ts';
import { type FileReport, type StoredPage, downloadFile } from './download-file.ts';
import { pageFetcher } from './fetch-page.ts';
import { lockFolder } from './folder-lock.ts';
import type { Timerange } from './timerange.ts';

/** A file that could not be brought up to date. What had been stored of it before stays. */
export interface FailedDownload {
  readonly key: PairKey;
  readonly error: unknown;
}

/** What happens to one file. */
export type DownloadEvent =
  | { readonly type: 'started'; readonly key: PairKey }
  | ({ readonly type: 'stored'; readonly key: PairKey } & StoredPage)
  | ({ readonly type: 'downloaded' } & FileReport)
  | ({ readonly type: 'failed' } & FailedDownload);

export interface DownloadOptions {
  readonly exchange: Exchange;
  /** freqtrade's folder of this exchange's candles, as `user_data/data/binance`. Made where there is none. */
  readonly folder: string;
  readonly keys: readonly PairKey[];
  /** Default: to now, from `newPairsDays` ago where a file is not there yet. */
  readonly range?: Timerange;
  /** Default 30. */
  readonly newPairsDays?: number;
  readonly prepend?: boolean;
  readonly erase?: boolean;
  /** Default feather. */
  readonly format?: CandleFormat;
  /** Files at once, default 4. */
  readonly concurrency?: number;
  /** Ends the download after the page under way at the latest. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: DownloadEvent) => void;
}

/** What a download has come to: every key is in one of the three. */
export interface DownloadSummary {
  readonly files: readonly FileReport[];
  readonly failed: readonly FailedDownload[];
  /** Not begun or not finished, since it was told to stop, or the exchange shut out this key or address. */
  readonly stopped: readonly PairKey[];
}

/**
 * Brings the files of a freqtrade data folder up to date, several at once. One that fails does not keep the others from going
 * on, unless the exchange refuses this key or address altogether. Trying again is the exchange's own matter.
 *
 * @throws DownloadError DOWNLOAD_FOLDER_BUSY; ExchangeError EXCHANGE_FILE_UNREADABLE where the folder can't be written to.
 */
export async function downloadCandles(options: DownloadOptions): Promise<DownloadSummary> {
  const unlock = await lockFolder(options.folder);
  try {
    return await downloadAll(options);
  } finally {
    await unlock();
  }
}

async function downloadAll(options: DownloadOptions): Promise<DownloadSummary> {
  const { keys, concurrency = 4, signal, onEvent } = options;
  const [files, failed, stopped]: [FileReport[], FailedDownload[], PairKey[]] = [[], [], []];
  const download = fileDownloader(options);
  let isShutOut = false;
  const isStopped = () => isShutOut || (signal?.aborted ?? false);
  const queue = keys.values();
  const work = async () => {
    for (const key of queue) {
      if (isStopped()) {
        stopped.push(key);
        continue;
      }
      onEvent?.({ type: 'started', key });
      try {
        const report = await download(key);
        files.push(report);
        onEvent?.({ type: 'downloaded', ...report });
      } catch (error) {
        if (signal?.aborted ?? false) {
          stopped.push(key);
          continue;
        }
        isShutOut ||= error instanceof ExchangeError && error.kind === 'account';
        failed.push({ key, error });
        onEvent?.({ type: 'failed', key, error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, keys.length) }, work));
  return { files, failed, stopped };
}

function fileDownloader(options: DownloadOptions): (key: PairKey) => Promise<FileReport> {
  const { exchange, folder, range = {}, newPairsDays = 30, prepend = false, erase = false, signal, onEvent } = options;
  const { format = 'feather' } = options;
  const fetchPage = pageFetcher(exchange);
  return (key) =>
    downloadFile(key, {
      exchange,
      fetchPage,
      range,
      newPairsDays,
      prepend,
      erase,
      signal,
      path: join(folder, candleFilePath(key, format)),
      onStored: (page) => onEvent?.({ type: 'stored', key, ...page }),
    });
}
