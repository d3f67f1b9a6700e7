/** The levels of a simulated market's candles, each cut from the one before. */
export const levelMs = [86_400_000, 3_600_000, 300_000, 60_000] as const;

/** An index into `levelMs`: 0 days, 1 hours, 2 five minutes, 3 minutes. */
export type Level = 0 | 1 | 2 | 3;

/** The level that each level's candles are cut from. */
export const levelAbove = { 1: 0, 2: 1, 3: 2 } as const;

/** The largest level whose candles a duration in milliseconds is a multiple of; minutes where there is none. */
export function levelOf(durationMs: number): Level {
  return ([0, 1, 2] as const).find((level) => durationMs % levelMs[level] === 0) ?? 3;
}

const DAY_MS = levelMs[0];
export const MINUTE_MS = levelMs[3];

/** How many candles of a level one of the level before it holds; a day is not cut from anything. */
export const candlesInParent = [1, 24, 12, 5] as const;

/** Minutes in a candle of each level. */
export const levelMinutes = [1440, 60, 5, 1] as const;

/** When every simulated market begins. */
export const MARKET_START_MS = Date.UTC(2017, 0, 1);

/** The index of the market's first day, in days since 1970. */
export const FIRST_DAY = MARKET_START_MS / DAY_MS;

/** The hour of the day, in UTC, at which most is traded. */
const BUSIEST_HOUR = 15;

/** How much is going on in an hour of the day, 1 in the mean: the West's afternoon is busy, its night quiet. */
export function activityAt(hour: number): number {
  return 1 + 0.45 * Math.cos(((hour - BUSIEST_HOUR) / 24) * 2 * Math.PI);
}

/** The same for days: 1 in the week, less on Saturdays and Sundays. Day 0 is a Thursday. */
export function activityOn(day: number): number {
  const weekday = (day + 3) % 7;
  return weekday >= 5 ? 0.7 : 1;
}
