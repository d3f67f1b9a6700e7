import { CandlecastError, type ErrorTable } from '../util/errors.ts';

/** Codes of `DownloadError`. */
export const downloadErrors = {
  DOWNLOAD_BAD_TIMERANGE: {
    meaning: 'A timerange is not written as freqtrade writes it, or ends before it begins.',
    remedy: 'Write 20240101-20240201, 20240101- or -20240201; a time may follow the day, as in 20240101T1230.',
  },
  DOWNLOAD_NO_PAIRS: {
    meaning: 'It is not said which pairs to download.',
    remedy: 'Name pairs or patterns with --pairs, or in exchange.pair_whitelist of the config.',
  },
  DOWNLOAD_PAIRS_FILE: {
    meaning: 'A file of pairs could not be read, or is not a JSON array of texts.',
    remedy: 'Write it as ["BTC/USDT", "ETH/USDT"].',
  },
  DOWNLOAD_UNKNOWN_TIMEFRAME: {
    meaning: 'The exchange has no candles of a timeframe.',
    remedy: 'Use timeframes that the message lists.',
  },
  DOWNLOAD_NO_TYPES: {
    meaning: 'No candle type that is named belongs to the trading mode.',
    remedy: 'Leave --candle-types out, or set --trading-mode to what they belong to.',
  },
  DOWNLOAD_WRONG_ANSWER: {
    meaning: 'The exchange answered with candles of another time than was asked for.',
    remedy: 'Try again later; nothing of the answer has been stored.',
  },
  DOWNLOAD_NOT_STORED: {
    meaning: 'A candle file does not hold what was written to it.',
    remedy:
      'Check the disk, and that nothing else writes to the data folder; then download the file again with --erase.',
  },
  DOWNLOAD_FOLDER_BUSY: {
    meaning: 'Another download is writing to the data folder.',
    remedy: 'Wait for it to end. If no such process runs, remove the file that the message names.',
  },
} as const satisfies ErrorTable;

export type DownloadErrorCode = keyof typeof downloadErrors;

/** What a download throws before it begins, and what becomes of a file that failed. */
export class DownloadError extends CandlecastError<DownloadErrorCode> {}
