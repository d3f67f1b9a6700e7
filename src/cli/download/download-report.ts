import type { DownloadSummary, FailedDownload, FileReport } from '../../download/index.ts';
import { CandlecastError, messageOf } from '../../util/errors.ts';
import { countText, plural } from '../count-text.ts';
import { minuteText } from '../minute-text.ts';
import { plainTable } from '../plain-table.ts';

/** What was asked for and not there: a pair, or one file of it. */
export interface FailureLine {
  readonly pair: string;
  readonly timeframe: string;
  readonly candleType: string;
  readonly reason: string;
}

/** A file that is up to date, in a line. */
export function fileLine({ key, added, rows, from, until, note }: FileReport): string {
  const place = `${key.pair} ${key.timeframe} ${key.candleType}`;
  const hint = note === undefined ? '' : ` (${note})`;
  if (from === undefined || until === undefined) return `${place}: the exchange has no candles of that time${hint}`;
  const change = added === 0 ? 'nothing new' : `+${countText(added)}`;
  return `${place}: ${change}, ${plural(rows, 'candle')} from ${minuteText(from)} to ${minuteText(until)}${hint}`;
}

/** Why a file failed. */
export function failureLine({ key, error }: FailedDownload): FailureLine {
  const { pair, timeframe, candleType } = key;
  return { pair, timeframe, candleType, reason: reasonText(error) };
}

export function reasonText(error: unknown): string {
  return error instanceof CandlecastError ? `${error.message} [${error.code}]` : messageOf(error);
}

/** What failed and why, as a table. */
export function failureTable(failures: readonly FailureLine[]): string {
  const rows = failures.map(({ pair, timeframe, candleType, reason }) => [pair, timeframe, candleType, reason]);
  return plainTable(['pair', 'timeframe', 'type', 'why'], rows);
}

/** What a download has come to, in a line. */
export function summaryLine({ files, stopped }: DownloadSummary, failed: number): string {
  const added = files.reduce((sum, file) => sum + file.added, 0);
  return [
    `${plural(files.length, 'file')} up to date (+${plural(added, 'candle')})`,
    ...(failed === 0 ? [] : [`${countText(failed)} failed`]),
    ...(stopped.length === 0 ? [] : [`${countText(stopped.length)} not finished; run it again to go on`]),
  ].join(', ');
}
