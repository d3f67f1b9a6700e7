import { crossedAbove } from 'candlecast';

interface Deciding {
  readonly rsi: ArrayLike<number>;
  readonly tema: ArrayLike<number>;
  readonly volume: ArrayLike<number>;
}

const RSI_LEVELS = [30, 40, 50, 60, 70];

/** Whether a row enters: as `mark_entries` of entry_criteria.py. */
export function entersAt({ rsi, tema, volume }: Deciding, i: number): boolean {
  return RSI_LEVELS.some((level) => crossedAbove(rsi, level, i)) && tema[i] > tema[i - 1] && volume[i] > 0;
}

/** The tag of an entry at a candle: the candle's time, so that it tells which candle a decision is of. */
export function entryTag(dateMs: number): string {
  return `rsi ${new Date(dateMs).toISOString().slice(0, 19)}Z`;
}
