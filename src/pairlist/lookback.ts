import { type Exchange, longestFetch } from '../exchange/index.ts';
import { parseTimeframe, type Timeframe } from '../market/index.ts';
import type { LookbackConfig } from './pairlist-config.ts';
import { PairlistError } from './pairlist-error.ts';

/** So many candles of a timeframe. */
export interface Lookback {
  readonly timeframe: Timeframe;
  readonly period: number;
}

/** The error for settings of a handler that can't be meant. */
export function badSetting(method: string, problem: string, value: unknown): PairlistError {
  return new PairlistError('PAIRLIST_BAD_SETTING', `pairlists: ${method}: ${problem}`, { value });
}

/**
 * How far back a handler looks, from `lookback_days` or `lookback_period` and `lookback_timeframe`; undefined where neither is set.
 *
 * @throws PairlistError PAIRLIST_BAD_SETTING where they contradict each other, by freqtrade's rules.
 */
export function lookbackOf(config: LookbackConfig & { readonly method: string }): Lookback | undefined {
  const { method, lookback_days: days = 0, lookback_period: period = 0, lookback_timeframe: timeframe } = config;
  if (days > 0 && period > 0) {
    throw badSetting(method, 'lookback_days and lookback_period are both set; set one of them', [days, period]);
  }
  if (days > 0 && timeframe !== '1d') {
    const problem = `lookback_days counts candles of 1d, and lookback_timeframe is ${timeframe}; set lookback_period instead`;
    throw badSetting(method, problem, timeframe);
  }
  const candles = days + period;
  if (candles === 0) return undefined;
  if (candles < longestFetch) return { timeframe: parseTimeframe(timeframe), period: candles };
  throw badSetting(method, `looks back ${candles} candles; at most ${longestFetch - 1} can be had`, candles);
}

/** Checks that the exchange has the candles. Throws PairlistError PAIRLIST_BAD_SETTING. */
export function expectCandles(method: string, timeframe: Timeframe, { name, timeframes }: Exchange): void {
  if (timeframes.includes(timeframe)) return;
  const problem = `it reads ${timeframe} candles, and ${name} has ${timeframes.join(', ') || 'none'}`;
  throw badSetting(method, problem, timeframe);
}
