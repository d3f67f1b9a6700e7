import type { Core } from '../define/core.ts';

/** The kinds of moving average, in the order of TA-Lib's codes 0 to 8. */
export const maTypes = ['sma', 'ema', 'wma', 'dema', 'tema', 'trima', 'kama', 'mama', 't3'] as const;

/** A kind of moving average. */
export type MaType = (typeof maTypes)[number];

/** A moving average of whatever kind. */
export interface Average extends Core<number, number> {
  /** Whether `update` has given a value: a NaN before that is warm-up, after it is the data's. */
  readonly ready: boolean;
}
