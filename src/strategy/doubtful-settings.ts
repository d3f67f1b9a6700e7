import { signalFlagColumns, signalTagColumns, type Timeframe } from '../market/index.ts';
import { nearestName } from '../util/nearest-name.ts';
import type { KeptAnalysis } from './kept-analysis.ts';

/** What most exchanges offer. */
const usualTimeframes: readonly string[] = '1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 1M'.split(' ');

/** What only some offer, by the tables of ccxt's exchanges. */
const rareTimeframes: readonly string[] = '1s 10s 10m 3h 2d 4d 5d 7d 2w 3w 4w 3M 4M 1y'.split(' ');

const signalColumns: readonly string[] = [...signalFlagColumns, ...signalTagColumns];

/** A warning of a timeframe that is one, but that no exchange is known to offer. */
export function unusualTimeframe(timeframe: Timeframe): string | undefined {
  if (usualTimeframes.includes(timeframe) || rareTimeframes.includes(timeframe)) return undefined;
  return `timeframe: no exchange is known to offer candles of ${timeframe}; usual are ${usualTimeframes.join(', ')}`;
}

/** A warning of fewer startup candles than an indicator needs before its first value. */
export function shortStartup(
  startupCandleCount: number,
  timeframe: Timeframe,
  longest: KeptAnalysis['longestWarmUp'],
): string | undefined {
  if (longest === undefined || longest.row <= startupCandleCount) return undefined;
  const { indicator, row } = longest;
  return `startupCandleCount is ${startupCandleCount}, but ${indicator} on ${timeframe} candles has its first value after ${row}; set it to ${row} or more`;
}

/** A warning for each column that is nearly named as a signal and is none, which nobody would act on. */
export function misspeltSignals(columns: readonly string[]): readonly string[] {
  return columns.flatMap((column) => {
    const meant = meantSignal(column);
    return meant === undefined ? [] : [`column "${column}" is no signal and has no effect; did you mean "${meant}"?`];
  });
}

function meantSignal(column: string): string | undefined {
  if (!/^(?:enter|exit)_/.test(column)) return undefined;
  // A merge adds a suffix, as in enter_long_1h.
  if (signalColumns.some((signal) => column === signal || column.startsWith(`${signal}_`))) return undefined;
  const meant = nearestName(column, signalColumns);
  return meant !== undefined && sharesMost(endOf(column), endOf(meant)) ? meant : undefined;
}

/** `long` of `enter_long`. */
function endOf(column: string): string {
  return column.slice(column.indexOf('_') + 1).toLowerCase();
}

/** Whether two words are mostly of the same letters: what they begin with makes enter_level look like enter_long. */
function sharesMost(a: string, b: string): boolean {
  const rest = b.split('');
  const shared = a.split('').filter((letter) => {
    const i = rest.indexOf(letter);
    if (i !== -1) rest.splice(i, 1);
    return i !== -1;
  });
  return shared.length * 2 > Math.max(a.length, b.length);
}
