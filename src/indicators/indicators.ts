import * as crossings from './crossings/index.ts';
import * as cycle from './cycle/index.ts';
import type { IndicatorInfo } from './define/define-indicator.ts';
import * as momentum from './momentum/index.ts';
import * as overlap from './overlap/index.ts';
import * as patterns from './patterns/index.ts';
import * as price from './price/index.ts';
import * as statistics from './statistics/index.ts';
import * as volatility from './volatility/index.ts';
import * as volume from './volume/index.ts';

/** Any indicator, for those who handle all of them by their descriptions. */
export interface AnyIndicator extends IndicatorInfo {
  (...args: never): unknown;
  readonly stream: (...args: never) => unknown;
  readonly lookback: (...args: never) => number;
}

/** Every indicator there is, by group: as TA-Lib groups its functions, and crossings. */
export const indicatorGroups = Object.freeze({
  overlap: listOf(overlap),
  momentum: listOf(momentum),
  volatility: listOf(volatility),
  volume: listOf(volume),
  price: listOf(price),
  cycle: listOf(cycle),
  statistics: listOf(statistics),
  patterns: listOf(patterns),
  crossings: listOf(crossings),
}) satisfies Readonly<Record<string, readonly AnyIndicator[]>>;

/** The name of a group. */
export type IndicatorGroup = keyof typeof indicatorGroups;

/** Every indicator there is. */
export const indicators: readonly AnyIndicator[] = Object.freeze(Object.values(indicatorGroups).flat());

/** In the order of their names. */
function listOf(group: Readonly<Record<string, AnyIndicator>>): readonly AnyIndicator[] {
  return Object.freeze(Object.values(group));
}
