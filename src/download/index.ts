export { countHoles } from './candle-holes.ts';
export { type DownloadEvent, type DownloadSummary, type FailedDownload, downloadCandles } from './download-candles.ts';
export { DownloadError } from './download-error.ts';
export type { FileReport } from './download-file.ts';
export { defaultTimeframes, downloadedTypes, downloadKeys } from './download-keys.ts';
export { makeFolder } from './make-folder.ts';
export { type Timerange, lastDays, parseTimerange } from './timerange.ts';
