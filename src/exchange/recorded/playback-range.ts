import { type Candles, type PairKey, type TimestampMs, nextCandleOpen, pairKeyText } from '../../market/index.ts';
import { badOption, checkNumber, longestFetch } from '../check-request.ts';
import { ExchangeError } from '../exchange-error.ts';
import type { DataFolder } from './data-folder.ts';
import { fileOf } from './file-of.ts';

export interface PlaybackRange {
  /** The earliest time at which every key has its startup candles: where playing can begin. */
  readonly startsAt: TimestampMs;
  /** When the last candle of the last key closes: after that nothing comes any more. */
  readonly endsAt: TimestampMs;
}

/**
 * From when to when a folder's candles of these keys can be played, so that a strategy has `startupRows` closed candles of each
 * from the start. Reads their files.
 *
 * @throws ExchangeError EXCHANGE_RECORDING_TOO_SHORT where a key has fewer candles, or has them only when all keys have ended;
 * EXCHANGE_BAD_OPTION; EXCHANGE_UNKNOWN_PAIR, EXCHANGE_UNKNOWN_TIMEFRAME, EXCHANGE_UNKNOWN_CANDLE_TYPE; those of `readCandles`.
 */
export async function playbackRange(
  folder: DataFolder,
  keys: readonly PairKey[],
  startupRows: number,
): Promise<PlaybackRange> {
  checkNumber('startupRows', startupRows, { least: 0, most: longestFetch, integer: true });
  if (keys.length === 0) throw badOption('keys', 'at least one key', 'none');
  let [startsAt, endsAt, latest] = [-Infinity, -Infinity, keys[0]];
  for (const key of keys) {
    const candles = await folder.load(fileOf(folder, key));
    const start = startOf(candles, key, startupRows);
    if (start > startsAt) [startsAt, latest] = [start, key];
    endsAt = Math.max(endsAt, nextCandleOpen(candles.last('date') ?? -Infinity, key.timeframe));
  }
  if (startsAt < endsAt) return { startsAt, endsAt };
  const [start, end] = [startsAt, endsAt].map((time) => new Date(time).toISOString());
  throw tooShort(
    latest,
    `has ${startupRows} closed candles from ${start} on, when nothing comes any more after ${end}`,
  );
}

/** As `playbackRange`, with the first of these numbers of startup rows that the recording is long enough for. Throws as with the last. */
export async function longestPlaybackRange(
  folder: DataFolder,
  keys: readonly PairKey[],
  wanted: readonly [number, ...number[]],
): Promise<PlaybackRange> {
  const [startupRows, second, ...others] = wanted;
  try {
    return await playbackRange(folder, keys, startupRows);
  } catch (error) {
    const isTooShort = error instanceof ExchangeError && error.code === 'EXCHANGE_RECORDING_TOO_SHORT';
    if (!isTooShort || second === undefined) throw error;
    return longestPlaybackRange(folder, keys, [second, ...others]);
  }
}

/** When the last of the startup candles closes; with none, when the first candle opens. */
function startOf(candles: Candles, key: PairKey, startupRows: number): TimestampMs {
  const needed = Math.max(1, startupRows);
  const date = candles.at(needed - 1, 'date');
  if (date === undefined) throw tooShort(key, `has ${candles.length} candles, ${needed} are needed`);
  return startupRows === 0 ? date : nextCandleOpen(date, key.timeframe);
}

function tooShort(key: PairKey, what: string): ExchangeError {
  return new ExchangeError('EXCHANGE_RECORDING_TOO_SHORT', `${pairKeyText(key)} ${what}`, { value: key });
}
